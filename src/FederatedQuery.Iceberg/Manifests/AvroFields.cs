using System.Collections.Immutable;
using FederatedQuery.Iceberg.Avro;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>
/// Reads the kinds of values that manifests hold under whatever schema they were written with: optional or not, int or long, string or bytes.
/// </summary>
internal static class AvroFields
{
    /// <summary>Enters a union. False when the value is null, and then it has been read.</summary>
    public static bool Enter(ref AvroReader reader, ref AvroSchema schema)
    {
        if (schema is AvroUnionSchema union)
        {
            schema = reader.ReadBranch(union);
        }

        return schema.Type != AvroType.Null;
    }

    public static long? ReadLong(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!Enter(ref reader, ref schema))
        {
            return null;
        }

        return schema.Type is AvroType.Int or AvroType.Long ? reader.ReadLong() : throw WrongType(field, "int or long", schema);
    }

    public static int? ReadInt(ref AvroReader reader, AvroSchema schema, string field) => ReadLong(ref reader, schema, field) switch
    {
        null => null,
        >= int.MinValue and <= int.MaxValue and var value => (int)value,
        var value => throw new IcebergException(IcebergErrorKind.InvalidFile, $"The field '{field}' is {value}, beyond 32 bits."),
    };

    public static bool? ReadBoolean(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!Enter(ref reader, ref schema))
        {
            return null;
        }

        return schema.Type == AvroType.Boolean ? reader.ReadBoolean() : throw WrongType(field, "boolean", schema);
    }

    public static string? ReadString(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!Enter(ref reader, ref schema))
        {
            return null;
        }

        return schema switch
        {
            { Type: AvroType.String or AvroType.Bytes } => reader.ReadString(),
            AvroEnumSchema symbols when reader.ReadInt() is var index && index >= 0 && index < symbols.Symbols.Length => symbols.Symbols[index],
            _ => throw WrongType(field, "string", schema),
        };
    }

    public static ReadOnlyMemory<byte>? ReadBytes(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!Enter(ref reader, ref schema))
        {
            return null;
        }

        return ReadSpan(ref reader, schema, field).ToArray();
    }

    public static ImmutableArray<long> ReadLongList(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!Enter(ref reader, ref schema))
        {
            return [];
        }

        var array = schema as AvroArraySchema ?? throw WrongType(field, "array", schema);
        var items = ImmutableArray.CreateBuilder<long>(1);
        for (var count = reader.ReadBlockCount(); count > 0; count = reader.ReadBlockCount())
        {
            for (var i = 0; i < count; i++)
            {
                items.Add(ReadLong(ref reader, array.Items, field) ?? throw Null(field));
            }
        }

        return items.DrainToImmutable();
    }

    public static IcebergException Null(string field) => new(IcebergErrorKind.InvalidFile, $"The field '{field}' is null, and it is required.");

    public static IcebergException WrongType(string field, string expected, AvroSchema schema) =>
        new(IcebergErrorKind.InvalidFile, $"The field '{field}' should be {expected}, not {schema.Type.ToString().ToLowerInvariant()}.");

    /// <summary>The bytes lie in the input.</summary>
    public static ReadOnlySpan<byte> ReadSpan(ref AvroReader reader, AvroSchema schema, string field) => schema switch
    {
        { Type: AvroType.Bytes or AvroType.String } => reader.ReadBytes(),
        AvroFixedSchema fixedSchema => reader.ReadFixed(fixedSchema.Size),
        _ => throw WrongType(field, "bytes", schema),
    };
}
