using System.Buffers;

namespace FederatedQuery.Cold.Parquet;

/// <summary>Writes Thrift's compact protocol. Values that stay as they are get copied from what was read: they do not depend on their place.</summary>
internal sealed class ThriftWriter
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Stack<short> _outer = new();
    private short _lastId;

    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    public void BeginStruct()
    {
        _outer.Push(_lastId);
        _lastId = 0;
    }

    public void EndStruct()
    {
        WriteByte((byte)ThriftType.Stop);
        _lastId = _outer.Pop();
    }

    public void Field(short id, ThriftType type)
    {
        var delta = id - _lastId;
        if (delta is > 0 and <= 15)
        {
            WriteByte((byte)((delta << 4) | (byte)type));
        }
        else
        {
            WriteByte((byte)type);
            Integer(id);
        }

        _lastId = id;
    }

    public void Field(short id, ThriftType type, long value)
    {
        Field(id, type);
        Integer(value);
    }

    public void Field(short id, ThriftType type, ReadOnlySpan<byte> encoded)
    {
        Field(id, type);
        _output.Write(encoded);
    }

    public void List(ThriftType elementType, int count)
    {
        if (count < 15)
        {
            WriteByte((byte)((count << 4) | (byte)elementType));
        }
        else
        {
            WriteByte((byte)(0xF0 | (byte)elementType));
            Varint((ulong)count);
        }
    }

    /// <summary>A whole value, encoded.</summary>
    public void Raw(ReadOnlySpan<byte> encoded) => _output.Write(encoded);

    public void Integer(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }
}
