namespace FederatedQuery.Cold.Parquet;

/// <summary>
/// Reads Thrift's compact protocol from a buffer, with every length checked against the bytes there are: broken input ends in a
/// <see cref="ParquetFormatException"/>, after work in proportion to its size. Values are slices of the buffer, none is copied.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> data, int position)
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; } = position;

    /// <summary>The header of the next field of a struct.</summary>
    /// <param name="lastId">The id of the field before, 0 before the first; the new one afterwards.</param>
    /// <param name="type">Of the value that follows; booleans are the type itself.</param>
    /// <returns>False at the end of the struct.</returns>
    public bool ReadField(ref short lastId, out ThriftType type)
    {
        var header = ReadByte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        var delta = header >> 4;
        var id = delta == 0 ? ReadInteger() : lastId + delta;
        lastId = id is > 0 and <= short.MaxValue ? (short)id : throw Broken($"has the field id {id}");
        return true;
    }

    /// <summary>The header of a list or set. The count is at most the number of bytes left: every element takes one at least.</summary>
    public int ReadList(out ThriftType elementType)
    {
        var header = ReadByte();
        elementType = (ThriftType)(header & 0x0F);
        var count = header >> 4;
        if (count == 15)
        {
            count = ReadCount();
        }

        return count <= _data.Length - Position ? count : throw Broken($"has a list of {count} elements in {_data.Length - Position} bytes");
    }

    public int ReadList(ThriftType expected)
    {
        var count = ReadList(out var type);
        return count == 0 || type == expected ? count : throw Broken($"has a list of {type} where {expected} belongs");
    }

    /// <summary>A zigzag integer of any width.</summary>
    public long ReadInteger()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int ReadInt32()
    {
        var value = ReadInteger();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Broken($"has the number {value} where 32 bits belong");
    }

    /// <returns>Where the bytes lie in the buffer.</returns>
    public Range ReadBinary()
    {
        var length = ReadCount();
        if (length > _data.Length - Position)
        {
            throw Broken($"has {length} bytes of text where {_data.Length - Position} are left");
        }

        var start = Position;
        Position += length;
        return start..Position;
    }

    public readonly void Expect(ThriftType actual, ThriftType expected)
    {
        if (actual != expected)
        {
            throw Broken($"has a value of type {actual} where {expected} belongs");
        }
    }

    /// <summary>Goes past a value.</summary>
    public void Skip(ThriftType type) => Skip(type, 0);

    private void Skip(ThriftType type, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Broken($"is nested deeper than {MaxDepth} levels");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Advance(sizeof(double));
                break;
            case ThriftType.Uuid:
                Advance(16);
                break;
            case ThriftType.Binary:
                ReadBinary();
                break;
            case ThriftType.List or ThriftType.Set:
                SkipElements(ReadList(out var elementType), elementType, depth);
                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                short id = 0;
                while (ReadField(ref id, out var fieldType))
                {
                    Skip(fieldType, depth + 1);
                }

                break;
            default:
                throw Broken($"has a value of the unknown type {(byte)type}");
        }
    }

    private void SkipElements(int count, ThriftType type, int depth)
    {
        for (var i = 0; i < count; i++)
        {
            SkipElement(type, depth);
        }
    }

    /// <summary>In a collection a boolean takes a byte; as a field it lies in the header.</summary>
    private void SkipElement(ThriftType type, int depth) => Skip(type is ThriftType.True or ThriftType.False ? ThriftType.Byte : type, depth + 1);

    private void SkipMap(int depth)
    {
        var count = ReadCount();
        if (count == 0)
        {
            return;
        }

        var types = ReadByte();
        for (var i = 0; i < count; i++)
        {
            SkipElement((ThriftType)(types >> 4), depth);
            SkipElement((ThriftType)(types & 0x0F), depth);
        }
    }

    private int ReadCount()
    {
        var value = ReadVarint();
        return value <= int.MaxValue ? (int)value : throw Broken($"has a length of {value}");
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Broken("has a number of more than 64 bits");
    }

    private byte ReadByte() => Position < _data.Length ? _data[Position++] : throw Broken("ends in the middle of a value");

    private void Advance(int count)
    {
        if (count > _data.Length - Position)
        {
            throw Broken("ends in the middle of a value");
        }

        Position += count;
    }

    public readonly ParquetFormatException Broken(string fault) => new($"the footer {fault} (at byte {Position} of {_data.Length})");
}
