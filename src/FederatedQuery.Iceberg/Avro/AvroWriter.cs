using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>Writes Avro's binary encoding into memory. The caller writes what its schema says; nothing is checked here.</summary>
public sealed class AvroWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public int Length => _buffer.WrittenCount;

    /// <summary>Good until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear() => _buffer.ResetWrittenCount();

    public void WriteBoolean(bool value)
    {
        _buffer.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        _buffer.Advance(1);
    }

    public void WriteInt(int value) => WriteLong(value);

    public void WriteLong(long value)
    {
        var encoded = (ulong)((value << 1) ^ (value >> 63));
        var span = _buffer.GetSpan(10);
        var length = 0;
        for (; encoded >= 0x80; encoded >>= 7)
        {
            span[length++] = (byte)(encoded | 0x80);
        }

        span[length++] = (byte)encoded;
        _buffer.Advance(length);
    }

    public void WriteFloat(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteLong(value.Length);
        _buffer.Write(value);
    }

    public void WriteString(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteLong(length);
        Encoding.UTF8.GetBytes(value, _buffer);
    }

    /// <summary>Bytes without a length in front.</summary>
    public void WriteFixed(ReadOnlySpan<byte> value) => _buffer.Write(value);

    /// <summary>The index of a union's branch; for <c>["null", T]</c>, 0 is null.</summary>
    public void WriteBranch(int index) => WriteLong(index);

    /// <summary>Begins a block of items; an array or map is such blocks and then a count of 0.</summary>
    public void WriteBlockCount(long count) => WriteLong(count);
}
