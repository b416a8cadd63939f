using System.Collections.Frozen;
using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>A field with its place in a schema.</summary>
public sealed class SchemaField
{
    private SchemaField(NestedField field, SchemaField? parent, string fullName)
    {
        Field = field;
        Parent = parent;
        FullName = fullName;
        IsInListOrMap = parent is { IsInListOrMap: true } or { Type: ListType or MapType };
        Depth = parent is null ? 0 : parent.Depth + 1;
        IsNullable = field.Optional || parent is { IsNullable: true };
    }

    public NestedField Field { get; }

    public int Id => Field.Id;

    public string Name => Field.Name;

    public IcebergType Type => Field.Type;

    /// <summary>Null for a column, that is a field of the top level.</summary>
    public SchemaField? Parent { get; }

    /// <summary>The names from the column down, joined by dots.</summary>
    public string FullName { get; }

    public bool IsInListOrMap { get; }

    /// <summary>0 for a column.</summary>
    public int Depth { get; }

    /// <summary>The field or a struct around it may be null.</summary>
    public bool IsNullable { get; }

    public override string ToString() => FullName;

    internal static FrozenDictionary<int, SchemaField> Index(StructType type)
    {
        var fields = new Dictionary<int, SchemaField>();
        AddFields(fields, type.Fields, null);
        return fields.ToFrozenDictionary();
    }

    private static void AddFields(Dictionary<int, SchemaField> fields, ImmutableArray<NestedField> children, SchemaField? parent)
    {
        foreach (var child in children)
        {
            var field = new SchemaField(child, parent, parent is null ? child.Name : $"{parent.FullName}.{child.Name}");
            if (!fields.TryAdd(child.Id, field))
            {
                throw IcebergException.InvalidMetadata(
                    $"The field id {child.Id} is used by both '{fields[child.Id].FullName}' and '{field.FullName}'; ids must be "
                    + "unique in a schema.");
            }

            AddFields(fields, ChildrenOf(child.Type), field);
        }
    }

    private static ImmutableArray<NestedField> ChildrenOf(IcebergType type) => type switch
    {
        StructType structType => structType.Fields,
        ListType list => [list.ElementField],
        MapType map => [map.KeyField, map.ValueField],
        _ => [],
    };
}
