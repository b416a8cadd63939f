namespace FederatedQuery.Cold.Parquet;

/// <summary>Decodes SchemaElement and LogicalType.</summary>
internal static class ParquetSchemaElementReader
{
    private const int Repeated = 2;

    public static ParquetSchemaElement Read(ref ThriftReader reader)
    {
        var start = reader.Position;
        ParquetPhysicalType? physical = null;
        int? fieldId = null, converted = null;
        var children = 0;
        var scale = 0;
        var repetition = 0;
        Range name = default;
        ParquetLogicalType? logical = null;
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            switch (id)
            {
                case 1 or 3 or 5 or 6 or 7 or 9:
                    reader.Expect(type, ThriftType.I32);
                    var value = reader.ReadInt32();
                    switch (id)
                    {
                        case 1:
                            physical = Enum.IsDefined((ParquetPhysicalType)value) ? (ParquetPhysicalType)value : throw reader.Broken($"has the physical type {value}");
                            break;
                        case 3:
                            repetition = value;
                            break;
                        case 5:
                            children = value >= 0 ? value : throw reader.Broken($"has a group of {value} children");
                            break;
                        case 6:
                            converted = value;
                            break;
                        case 7:
                            scale = value;
                            break;
                        default:
                            fieldId = value;
                            break;
                    }

                    break;
                case 4:
                    reader.Expect(type, ThriftType.Binary);
                    name = reader.ReadBinary();
                    break;
                case 10:
                    reader.Expect(type, ThriftType.Struct);
                    logical = ReadLogicalType(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (physical is not null && children > 0)
        {
            throw reader.Broken("has a schema element with both a type and children");
        }

        return new ParquetSchemaElement
        {
            FieldId = fieldId,
            Name = name,
            ChildCount = children,
            PhysicalType = physical,
            IsRepeated = repetition == Repeated,
            ConvertedType = converted,
            LogicalType = logical,
            Scale = logical?.Kind == ParquetLogicalType.DecimalKind ? logical.Scale : scale,
            Encoded = start..reader.Position,
        };
    }

    /// <summary>A union: a struct with one field, whose id tells the alternative.</summary>
    private static ParquetLogicalType? ReadLogicalType(ref ThriftReader reader)
    {
        ParquetLogicalType? logical = null;
        short kind = 0;
        while (reader.ReadField(ref kind, out var type))
        {
            reader.Expect(type, ThriftType.Struct);
            logical = ReadAlternative(ref reader, kind);
        }

        return logical;
    }

    private static ParquetLogicalType ReadAlternative(ref ThriftReader reader, short kind)
    {
        var unit = 0;
        var scale = 0;
        var signed = true;
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            switch (kind, id)
            {
                case (ParquetLogicalType.DecimalKind, 1):
                    reader.Expect(type, ThriftType.I32);
                    scale = reader.ReadInt32();
                    break;
                case (ParquetLogicalType.TimeKind or ParquetLogicalType.TimestampKind, 2):
                    reader.Expect(type, ThriftType.Struct);
                    short alternative = 0;
                    while (reader.ReadField(ref alternative, out var unitType))
                    {
                        unit = alternative;
                        reader.Skip(unitType);
                    }

                    break;
                case (ParquetLogicalType.IntegerKind, 2):
                    signed = type != ThriftType.False;
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new ParquetLogicalType(kind, unit, signed, scale);
    }
}
