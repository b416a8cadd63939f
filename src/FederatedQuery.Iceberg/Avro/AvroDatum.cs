namespace FederatedQuery.Iceberg.Avro;

/// <summary>
/// Values of any schema as objects: null, bool, int, long, float, double, byte[] (bytes and fixed), string (also enum symbols),
/// <see cref="AvroRecord"/>, <c>List&lt;object?&gt;</c> for arrays and <c>List&lt;KeyValuePair&lt;string, object?&gt;&gt;</c> for maps. For tools and tests; what is read
/// often has a reader of its own.
/// </summary>
public static class AvroDatum
{
    /// <summary>All values of a file.</summary>
    public static List<object?> ReadAll(AvroFile file)
    {
        var values = new List<object?>();
        foreach (var block in file.ReadBlocks())
        {
            block.ReadAll((values, file.Schema), static (ref AvroReader reader, (List<object?> Values, AvroSchema Schema) state) =>
                state.Values.Add(Read(ref reader, state.Schema)));
        }

        return values;
    }

    public static object? Read(ref AvroReader reader, AvroSchema schema) => Read(ref reader, schema, 0);

    /// <param name="writer">Takes the value.</param>
    /// <param name="schema">Unions must be <c>["null", T]</c> or hold one branch that the value fits.</param>
    /// <param name="value">As described on this class.</param>
    public static void Write(AvroWriter writer, AvroSchema schema, object? value)
    {
        switch (schema)
        {
            case AvroRecordSchema record:
                var values = ((AvroRecord)value!).Values;
                for (var i = 0; i < record.Fields.Length; i++)
                {
                    Write(writer, record.Fields[i].Schema, values[i]);
                }

                break;
            case AvroUnionSchema union:
                var branch = 0;
                while (!Fits(union.Branches[branch], value))
                {
                    branch++;
                }

                writer.WriteBranch(branch);
                Write(writer, union.Branches[branch], value);
                break;
            case AvroArraySchema array:
                var items = (List<object?>)value!;
                WriteBlock(writer, items, item => Write(writer, array.Items, item));
                break;
            case AvroMapSchema map:
                WriteBlock(writer, (List<KeyValuePair<string, object?>>)value!, entry =>
                {
                    writer.WriteString(entry.Key);
                    Write(writer, map.Values, entry.Value);
                });
                break;
            case AvroEnumSchema symbols:
                writer.WriteInt(symbols.Symbols.IndexOf((string)value!));
                break;
            case AvroFixedSchema:
                writer.WriteFixed((byte[])value!);
                break;
            default:
                WritePrimitive(writer, schema.Type, value);
                break;
        }
    }

    private static object? Read(ref AvroReader reader, AvroSchema schema, int depth)
    {
        AvroReader.CheckDepth(depth);
        switch (schema)
        {
            case AvroRecordSchema record:
                var values = new object?[record.Fields.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = Read(ref reader, record.Fields[i].Schema, depth + 1);
                }

                return new AvroRecord(record, values);
            case AvroUnionSchema union:
                return Read(ref reader, reader.ReadBranch(union), depth + 1);
            case AvroArraySchema array:
                var items = new List<object?>();
                for (var count = reader.ReadBlockCount(); count > 0; count = reader.ReadBlockCount())
                {
                    for (var i = 0; i < count; i++)
                    {
                        items.Add(Read(ref reader, array.Items, depth + 1));
                    }
                }

                return items;
            case AvroMapSchema map:
                var entries = new List<KeyValuePair<string, object?>>();
                for (var count = reader.ReadBlockCount(); count > 0; count = reader.ReadBlockCount())
                {
                    for (var i = 0; i < count; i++)
                    {
                        entries.Add(new(reader.ReadString(), Read(ref reader, map.Values, depth + 1)));
                    }
                }

                return entries;
            case AvroEnumSchema symbols:
                var index = reader.ReadInt();
                return index >= 0 && index < symbols.Symbols.Length
                    ? symbols.Symbols[index]
                    : throw new IcebergException(IcebergErrorKind.InvalidFile, $"The Avro enum '{symbols.FullName}' has no symbol {index}.");
            case AvroFixedSchema fixedSchema:
                return reader.ReadFixed(fixedSchema.Size).ToArray();
            default:
                return ReadPrimitive(ref reader, schema.Type);
        }
    }

    private static object? ReadPrimitive(ref AvroReader reader, AvroType type) => type switch
    {
        AvroType.Null => null,
        AvroType.Boolean => reader.ReadBoolean(),
        AvroType.Int => reader.ReadInt(),
        AvroType.Long => reader.ReadLong(),
        AvroType.Float => reader.ReadFloat(),
        AvroType.Double => reader.ReadDouble(),
        AvroType.Bytes => reader.ReadBytes().ToArray(),
        AvroType.String => reader.ReadString(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a primitive type."),
    };

    private static void WritePrimitive(AvroWriter writer, AvroType type, object? value)
    {
        switch (type)
        {
            case AvroType.Null:
                break;
            case AvroType.Boolean:
                writer.WriteBoolean((bool)value!);
                break;
            case AvroType.Int:
                writer.WriteInt((int)value!);
                break;
            case AvroType.Long:
                writer.WriteLong((long)value!);
                break;
            case AvroType.Float:
                writer.WriteFloat((float)value!);
                break;
            case AvroType.Double:
                writer.WriteDouble((double)value!);
                break;
            case AvroType.Bytes:
                writer.WriteBytes((byte[])value!);
                break;
            case AvroType.String:
                writer.WriteString((string)value!);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a primitive type.");
        }
    }

    private static void WriteBlock<T>(AvroWriter writer, List<T> items, Action<T> write)
    {
        if (items.Count > 0)
        {
            writer.WriteBlockCount(items.Count);
            items.ForEach(write);
        }

        writer.WriteBlockCount(0);
    }

    private static bool Fits(AvroSchema schema, object? value) => schema.Type switch
    {
        AvroType.Null => value is null,
        AvroType.Boolean => value is bool,
        AvroType.Int => value is int,
        AvroType.Long => value is long,
        AvroType.Float => value is float,
        AvroType.Double => value is double,
        AvroType.Bytes or AvroType.Fixed => value is byte[],
        AvroType.String or AvroType.Enum => value is string,
        AvroType.Record => value is AvroRecord record && ReferenceEquals(record.Schema, schema),
        AvroType.Array => value is List<object?>,
        AvroType.Map => value is List<KeyValuePair<string, object?>>,
        _ => false,
    };
}
