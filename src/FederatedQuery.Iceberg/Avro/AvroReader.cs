using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>
/// Reads Avro's binary encoding (Avro specification: Binary Encoding). Lengths and counts are checked against the bytes that are left, so broken
/// input costs neither memory nor time; every fault is an <see cref="IcebergException"/> of kind InvalidFile.
/// </summary>
public ref struct AvroReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 128;

    // Values may take no bytes at all (null, empty records); arrays of them are allowed to be this long.
    private const int MaxEmptyItems = 1000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public readonly int Remaining => _data.Length - Position;

    public bool ReadBoolean() => ReadFixed(1)[0] switch
    {
        0 => false,
        1 => true,
        var other => throw Invalid($"a boolean is 0 or 1, not {other}"),
    };

    public int ReadInt()
    {
        var value = ReadLong();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : ThrowInt(value);
    }

    public long ReadLong()
    {
        ulong encoded = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Position >= _data.Length)
            {
                ThrowEnd(1);
            }

            var next = _data[Position++];
            encoded |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)(encoded >> 1) ^ -(long)(encoded & 1);
            }
        }

        throw Invalid("a number takes more than 10 bytes");
    }

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(ReadFixed(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(ReadFixed(8));

    /// <summary>The bytes lie in the input.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLong();
        if (length < 0)
        {
            throw Invalid($"a length is {length}");
        }

        return ReadFixed(length);
    }

    public string ReadString()
    {
        try
        {
            return StrictUtf8.GetString(ReadBytes());
        }
        catch (DecoderFallbackException exception)
        {
            throw Invalid("a string is not UTF-8", exception);
        }
    }

    public ReadOnlySpan<byte> ReadFixed(long size)
    {
        if (size > Remaining)
        {
            ThrowEnd(size);
        }

        var bytes = _data.Slice(Position, (int)size);
        Position += (int)size;
        return bytes;
    }

    /// <summary>The number of items in the next block of an array or map; 0 ends it.</summary>
    public int ReadBlockCount()
    {
        var count = ReadLong();
        if (count < 0)
        {
            // A negative count is followed by the block's size in bytes.
            count = -count;
            _ = ReadLong();
        }

        return CheckCount(count);
    }

    /// <summary>The branch of a union that follows.</summary>
    public AvroSchema ReadBranch(AvroUnionSchema union)
    {
        var index = ReadLong();
        return index >= 0 && index < union.Branches.Length
            ? union.Branches[(int)index]
            : throw Invalid($"a union of {union.Branches.Length} branches has index {index}");
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(AvroSchema schema) => Skip(schema, 0);

    private void Skip(AvroSchema schema, int depth)
    {
        CheckDepth(depth);
        switch (schema)
        {
            case AvroRecordSchema record:
                foreach (var field in record.Fields)
                {
                    Skip(field.Schema, depth + 1);
                }

                break;
            case AvroUnionSchema union:
                Skip(ReadBranch(union), depth + 1);
                break;
            case AvroArraySchema array:
                SkipBlocks(array.Items, isMap: false, depth);
                break;
            case AvroMapSchema map:
                SkipBlocks(map.Values, isMap: true, depth);
                break;
            case AvroFixedSchema fixedSchema:
                ReadFixed(fixedSchema.Size);
                break;
            default:
                SkipPrimitive(schema.Type);
                break;
        }
    }

    private void SkipPrimitive(AvroType type)
    {
        switch (type)
        {
            case AvroType.Null:
                break;
            case AvroType.Boolean:
                ReadBoolean();
                break;
            case AvroType.Int or AvroType.Long or AvroType.Enum:
                ReadLong();
                break;
            case AvroType.Float:
                ReadFixed(4);
                break;
            case AvroType.Double:
                ReadFixed(8);
                break;
            case AvroType.Bytes or AvroType.String:
                ReadBytes();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a primitive type.");
        }
    }

    private void SkipBlocks(AvroSchema item, bool isMap, int depth)
    {
        while (true)
        {
            var count = ReadLong();
            switch (count)
            {
                case 0:
                    return;
                case < 0:
                    // The size that follows a negative count lets a reader pass over the block unseen.
                    var size = ReadLong();
                    ReadFixed(size < 0 ? throw Invalid($"a block has {size} bytes") : size);
                    break;
                default:
                    for (var i = CheckCount(count); i > 0; i--)
                    {
                        if (isMap)
                        {
                            ReadBytes();
                        }

                        Skip(item, depth + 1);
                    }

                    break;
            }
        }
    }

    internal static void CheckDepth(int depth)
    {
        if (depth > MaxDepth)
        {
            throw Invalid($"values are nested more than {MaxDepth} levels deep");
        }
    }

    internal readonly int CheckCount(long count) => count >= 0 && count <= (long)Remaining + MaxEmptyItems
        ? (int)count
        : throw Invalid($"a block says it has {count} items, and {Remaining} bytes are left");

    private static IcebergException Invalid(string reason, Exception? inner = null) =>
        new(IcebergErrorKind.InvalidFile, $"The Avro data is not valid: {reason}.", inner);

    [DoesNotReturn]
    private static int ThrowInt(long value) => throw Invalid($"an int is {value}, beyond 32 bits");

    [DoesNotReturn]
    private readonly void ThrowEnd(long wanted) => throw Invalid($"{wanted} bytes are wanted at position {Position}, and {Remaining} are left");
}
