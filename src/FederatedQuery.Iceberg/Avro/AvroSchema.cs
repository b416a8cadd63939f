using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>
/// An Avro schema. The named types of a recursive schema refer to themselves, so schemas are compared by reference.
/// Read one with <see cref="AvroSchemaJson"/>.
/// </summary>
public abstract class AvroSchema(AvroAttributes attributes)
{
    public abstract AvroType Type { get; }

    public AvroAttributes Attributes { get; } = attributes;

    public string? LogicalType => Attributes.FindString("logicalType");

    public static AvroSchema Null { get; } = new AvroPrimitiveSchema(AvroType.Null);

    public static AvroSchema Boolean { get; } = new AvroPrimitiveSchema(AvroType.Boolean);

    public static AvroSchema Int { get; } = new AvroPrimitiveSchema(AvroType.Int);

    public static AvroSchema Long { get; } = new AvroPrimitiveSchema(AvroType.Long);

    public static AvroSchema Float { get; } = new AvroPrimitiveSchema(AvroType.Float);

    public static AvroSchema Double { get; } = new AvroPrimitiveSchema(AvroType.Double);

    public static AvroSchema Bytes { get; } = new AvroPrimitiveSchema(AvroType.Bytes);

    public static AvroSchema String { get; } = new AvroPrimitiveSchema(AvroType.String);

    /// <summary><c>["null", schema]</c>, as Iceberg writes optional values.</summary>
    public static AvroUnionSchema Optional(AvroSchema schema) => new([Null, schema]);

    public override string ToString() => AvroSchemaJson.Write(this);
}

public sealed class AvroPrimitiveSchema : AvroSchema
{
    public AvroPrimitiveSchema(AvroType type, AvroAttributes? attributes = null)
        : base(attributes ?? AvroAttributes.None)
    {
        if (type > AvroType.String)
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Not a primitive type of Avro.");
        }

        Type = type;
    }

    public override AvroType Type { get; }
}

/// <summary>A record, enum or fixed. <see cref="FullName"/> has the namespace in front, if there is one.</summary>
public abstract class AvroNamedSchema(string fullName, AvroAttributes attributes) : AvroSchema(attributes)
{
    public string FullName { get; } = fullName;
}

public sealed class AvroRecordSchema : AvroNamedSchema
{
    private ImmutableArray<AvroField> _fields;

    public AvroRecordSchema(string fullName, ImmutableArray<AvroField> fields, AvroAttributes? attributes = null)
        : base(fullName, attributes ?? AvroAttributes.None) => _fields = fields;

    /// <summary>A record that is known by name before its fields are, because they may name it.</summary>
    internal AvroRecordSchema(string fullName, AvroAttributes attributes)
        : base(fullName, attributes)
    {
    }

    public override AvroType Type => AvroType.Record;

    public ImmutableArray<AvroField> Fields => _fields.IsDefault ? [] : _fields;

    internal void SetFields(ImmutableArray<AvroField> fields) => _fields = fields;
}

/// <summary>A field of a record. The default is what its JSON says, not interpreted.</summary>
public sealed class AvroField(string name, AvroSchema schema, JsonElement? defaultValue = null, AvroAttributes? attributes = null)
{
    public string Name { get; } = name;

    public AvroSchema Schema { get; } = schema;

    public JsonElement? Default { get; } = defaultValue;

    public AvroAttributes Attributes { get; } = attributes ?? AvroAttributes.None;

    /// <summary>Iceberg's <c>field-id</c>; null when the field carries none.</summary>
    public int? FieldId { get; } = attributes?.FindInt("field-id");
}

public sealed class AvroEnumSchema(string fullName, ImmutableArray<string> symbols, AvroAttributes? attributes = null)
    : AvroNamedSchema(fullName, attributes ?? AvroAttributes.None)
{
    public override AvroType Type => AvroType.Enum;

    public ImmutableArray<string> Symbols { get; } = symbols;
}

public sealed class AvroFixedSchema(string fullName, int size, AvroAttributes? attributes = null)
    : AvroNamedSchema(fullName, attributes ?? AvroAttributes.None)
{
    public override AvroType Type => AvroType.Fixed;

    /// <summary>In bytes.</summary>
    public int Size { get; } = size;
}

public sealed class AvroArraySchema(AvroSchema items, AvroAttributes? attributes = null) : AvroSchema(attributes ?? AvroAttributes.None)
{
    public override AvroType Type => AvroType.Array;

    public AvroSchema Items { get; } = items;
}

public sealed class AvroMapSchema(AvroSchema values, AvroAttributes? attributes = null) : AvroSchema(attributes ?? AvroAttributes.None)
{
    public override AvroType Type => AvroType.Map;

    public AvroSchema Values { get; } = values;
}

public sealed class AvroUnionSchema(ImmutableArray<AvroSchema> branches) : AvroSchema(AvroAttributes.None)
{
    public override AvroType Type => AvroType.Union;

    public ImmutableArray<AvroSchema> Branches { get; } = branches;
}
