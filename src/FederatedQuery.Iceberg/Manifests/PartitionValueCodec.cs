using System.Buffers.Binary;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Partition values in Avro (spec: Appendix A, Avro): read under the writer's schema, written under the spec's type.</summary>
internal static class PartitionValueCodec
{
    /// <param name="reader">Stands at the value.</param>
    /// <param name="schema">What it was written as.</param>
    /// <param name="type">What it is now; the column may have been promoted since.</param>
    /// <param name="field">For messages.</param>
    public static Literal? Read(ref AvroReader reader, AvroSchema schema, IcebergType type, string field)
    {
        if (!AvroFields.Enter(ref reader, ref schema))
        {
            return null;
        }

        switch (schema.Type)
        {
            case AvroType.Boolean:
                return Literal.Boolean(reader.ReadBoolean());
            case AvroType.Int or AvroType.Long:
                return OfLong(reader.ReadLong(), schema, type, field);
            case AvroType.Float:
                var single = reader.ReadFloat();
                return type.TypeId == TypeId.Double ? Literal.Double(single) : Literal.Float(single);
            case AvroType.Double:
                return Literal.Double(reader.ReadDouble());
            case AvroType.String:
                return OfString(reader.ReadString(), type, field);
            case AvroType.Bytes:
                return OfBytes(reader.ReadBytes(), schema, type);
            case AvroType.Fixed:
                return OfBytes(reader.ReadFixed(((AvroFixedSchema)schema).Size), schema, type);
            default:
                throw AvroFields.WrongType(field, "a primitive", schema);
        }
    }

    public static void Write(AvroWriter writer, Literal value, PrimitiveType type)
    {
        switch (type)
        {
            case BooleanType:
                writer.WriteBoolean(value.AsBoolean);
                break;
            case IntType or LongType or DateType or TimeType or TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType:
                writer.WriteLong(value.AsLong);
                break;
            case FloatType:
                writer.WriteFloat(float.IsNaN(value.AsFloat) ? float.NaN : value.AsFloat);
                break;
            case DoubleType:
                writer.WriteDouble(double.IsNaN(value.AsDouble) ? double.NaN : value.AsDouble);
                break;
            case DecimalType decimalType:
                Span<byte> wide = stackalloc byte[16];
                BinaryPrimitives.WriteInt128BigEndian(wide, value.UnscaledValue);
                writer.WriteFixed(wide[^AvroSchemaConverter.BytesOfDecimal(decimalType.Precision)..]);
                break;
            case StringType:
                writer.WriteString(value.AsString);
                break;
            case UuidType or FixedType:
                writer.WriteFixed(value.ToBytes());
                break;
            case BinaryType:
                writer.WriteBytes(value.ToBytes());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type that partition values are written in.");
        }
    }

    private static Literal OfLong(long value, AvroSchema schema, IcebergType type, string field) => type.TypeId switch
    {
        TypeId.Int when value is >= int.MinValue and <= int.MaxValue => Literal.Int((int)value),
        TypeId.Long => Literal.Long(value),
        TypeId.Date when value is >= int.MinValue and <= int.MaxValue => Literal.Date((int)value),
        TypeId.Time or TypeId.Timestamp or TypeId.Timestamptz or TypeId.TimestampNs or TypeId.TimestamptzNs
            when schema.LogicalType != "date" => Literal.Temporal(type.TypeId, value),
        TypeId.Boolean => throw AvroFields.WrongType(field, "boolean", schema),

        // The source column is gone or the transform unknown: the value only has to stay equal to itself.
        TypeId.Unknown or TypeId.String => schema.Type == AvroType.Int ? Literal.Int((int)value) : Literal.Long(value),
        _ => throw new IcebergException(IcebergErrorKind.InvalidFile, $"The partition value '{field}' is {value}, which is no {type}."),
    };

    private static Literal OfString(string text, IcebergType type, string field) => type.TypeId switch
    {
        TypeId.String or TypeId.Unknown => Literal.String(text),
        TypeId.Uuid when Guid.TryParse(text, out var uuid) => Literal.Uuid(uuid),
        _ => throw new IcebergException(IcebergErrorKind.InvalidFile, $"The partition value '{field}' is the text '{text}', which is no {type}."),
    };

    private static Literal OfBytes(ReadOnlySpan<byte> bytes, AvroSchema schema, IcebergType type) => type switch
    {
        PrimitiveType { TypeId: TypeId.Unknown } or not PrimitiveType => schema.Type == AvroType.Fixed ? Literal.Fixed(bytes) : Literal.Binary(bytes),
        PrimitiveType primitive => Literal.FromBytes(primitive, bytes),
    };
}
