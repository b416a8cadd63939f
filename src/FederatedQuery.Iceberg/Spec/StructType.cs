using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

public sealed record StructType : IcebergType
{
    public StructType(params ImmutableArray<NestedField> fields)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (!names.Add(field.Name))
            {
                throw IcebergException.InvalidMetadata($"A struct has two fields named '{field.Name}'; names must be unique within a struct.");
            }
        }

        Fields = fields;
    }

    public ImmutableArray<NestedField> Fields { get; }

    public override TypeId TypeId => TypeId.Struct;

    public bool Equals(StructType? other) => other is not null && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var field in Fields)
        {
            hash.Add(field);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"struct<{string.Join(", ", Fields)}>";
}

public sealed record ListType : IcebergType
{
    public const string ElementName = "element";

    public ListType(int elementId, IcebergType elementType, bool elementRequired) =>
        ElementField = new NestedField(elementId, ElementName, elementType, elementRequired);

    public NestedField ElementField { get; }

    public int ElementId => ElementField.Id;

    public IcebergType ElementType => ElementField.Type;

    public bool ElementRequired => ElementField.Required;

    public override TypeId TypeId => TypeId.List;

    public override string ToString() => $"list<{ElementType}>";
}

public sealed record MapType : IcebergType
{
    public const string KeyName = "key";
    public const string ValueName = "value";

    public MapType(int keyId, IcebergType keyType, int valueId, IcebergType valueType, bool valueRequired)
    {
        KeyField = new NestedField(keyId, KeyName, keyType, required: true);
        ValueField = new NestedField(valueId, ValueName, valueType, valueRequired);
    }

    public NestedField KeyField { get; }

    public NestedField ValueField { get; }

    public int KeyId => KeyField.Id;

    public IcebergType KeyType => KeyField.Type;

    public int ValueId => ValueField.Id;

    public IcebergType ValueType => ValueField.Type;

    public bool ValueRequired => ValueField.Required;

    public override TypeId TypeId => TypeId.Map;

    public override string ToString() => $"map<{KeyType}, {ValueType}>";
}
