using System.Globalization;
using System.Text;
using System.Text.Json;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Iceberg types as Avro schemas with field ids (spec: Appendix A, Avro). Names of nested records are made from their ids, as other writers do.</summary>
internal static class AvroSchemaConverter
{
    private static readonly JsonElement NullDefault = JsonSerializer.SerializeToElement<object?>(null);

    public static AvroRecordSchema ToAvro(StructType type, string recordName) => new(recordName, [.. type.Fields.Select(ToAvroField)]);

    /// <summary>The fewest bytes that hold every decimal of the precision in two's complement.</summary>
    public static int BytesOfDecimal(int precision)
    {
        var bytes = 1;
        while ((Int128.One << ((8 * bytes) - 1)) - 1 < PowerOfTen(precision) - 1 && bytes < 16)
        {
            bytes++;
        }

        return bytes;
    }

    private static AvroField ToAvroField(NestedField field)
    {
        var schema = ToAvro(field.Type, field.Id);
        var name = CompatibleName(field.Name);
        var attributes = new List<(string, object)>();
        if (field.Doc is not null)
        {
            attributes.Add(("doc", field.Doc));
        }

        attributes.Add(("field-id", field.Id));
        if (name != field.Name)
        {
            attributes.Add(("iceberg-field-name", field.Name));
        }

        return field.Required
            ? new AvroField(name, schema, null, AvroAttributes.Of([.. attributes]))
            : new AvroField(name, schema.Type == AvroType.Null ? schema : AvroSchema.Optional(schema), NullDefault, AvroAttributes.Of([.. attributes]));
    }

    private static AvroSchema ToAvro(IcebergType type, int fieldId) => type switch
    {
        BooleanType => AvroSchema.Boolean,
        IntType => AvroSchema.Int,
        LongType => AvroSchema.Long,
        FloatType => AvroSchema.Float,
        DoubleType => AvroSchema.Double,
        StringType => AvroSchema.String,
        BinaryType or GeometryType or GeographyType => AvroSchema.Bytes,
        UnknownType => AvroSchema.Null,
        DateType => Logical(AvroType.Int, ("logicalType", "date")),
        TimeType => Logical(AvroType.Long, ("logicalType", "time-micros")),
        TimestampType => Logical(AvroType.Long, ("logicalType", "timestamp-micros"), ("adjust-to-utc", false)),
        TimestamptzType => Logical(AvroType.Long, ("logicalType", "timestamp-micros"), ("adjust-to-utc", true)),
        TimestampNsType => Logical(AvroType.Long, ("logicalType", "timestamp-nanos"), ("adjust-to-utc", false)),
        TimestamptzNsType => Logical(AvroType.Long, ("logicalType", "timestamp-nanos"), ("adjust-to-utc", true)),
        UuidType => new AvroFixedSchema("uuid_fixed", 16, AvroAttributes.Of(("logicalType", "uuid"))),
        FixedType f => new AvroFixedSchema(Invariant($"fixed_{f.Length}"), f.Length),
        DecimalType d => new AvroFixedSchema(
            Invariant($"decimal_{d.Precision}_{d.Scale}"),
            BytesOfDecimal(d.Precision),
            AvroAttributes.Of(("logicalType", "decimal"), ("precision", d.Precision), ("scale", d.Scale))),
        StructType s => ToAvro(s, Invariant($"r{fieldId}")),
        ListType l => new AvroArraySchema(OptionalIf(l.ElementField), AvroAttributes.Of(("element-id", l.ElementId))),
        MapType m => new AvroArraySchema(
            new AvroRecordSchema(Invariant($"k{m.KeyId}_v{m.ValueId}"), [ToAvroField(m.KeyField), ToAvroField(m.ValueField)]),
            AvroAttributes.Of(("logicalType", "map"))),
        _ => throw IcebergException.Unsupported($"The type {type} is not written to Avro."),
    };

    private static AvroSchema OptionalIf(NestedField element)
    {
        var schema = ToAvro(element.Type, element.Id);
        return element.Required ? schema : AvroSchema.Optional(schema);
    }

    private static AvroPrimitiveSchema Logical(AvroType type, params ReadOnlySpan<(string, object)> attributes) => new(type, AvroAttributes.Of(attributes));

    /// <summary>Avro names are letters, digits and '_'; other characters are written as other Iceberg writers do: <c>_x</c> and their hex code.</summary>
    private static string CompatibleName(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (char.IsAsciiLetter(c) || c == '_' || (char.IsAsciiDigit(c) && result.Length > 0))
            {
                result.Append(c);
            }
            else if (char.IsAsciiDigit(c))
            {
                result.Append('_').Append(c);
            }
            else
            {
                result.Append("_x").Append(((int)c).ToString("X", CultureInfo.InvariantCulture));
            }
        }

        return result.ToString();
    }

    private static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
