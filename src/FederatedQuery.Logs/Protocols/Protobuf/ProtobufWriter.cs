using System.Buffers;
using System.Buffers.Binary;

namespace FederatedQuery.Logs.Protocols.Protobuf;

/// <summary>Writes the wire format of protocol buffers into a pooled buffer, messages within messages in one pass.</summary>
internal sealed class ProtobufWriter : IDisposable
{
    /// <summary>A length is written before the message that it is of, in as many bytes as the longest needs: varints may have leading zeros.</summary>
    private const int LengthBytes = 5;

    private const int LongestVarint = 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Varint(int field, ulong value)
    {
        Tag(field, WireType.Varint);
        Varint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        Length += sizeof(ulong);
    }

    public void Fixed32(int field, uint value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        Length += sizeof(uint);
    }

    /// <param name="field">The field's number.</param>
    /// <param name="most">Bytes that the value has at most.</param>
    /// <returns>Where the value goes, at least <paramref name="most"/> bytes; <see cref="EndBytes"/> says how many there are.</returns>
    public Span<byte> BeginBytes(int field, int most, out int mark)
    {
        mark = Begin(field);
        return Reserve(most);
    }

    public void EndBytes(int mark, int length)
    {
        Length += length;
        End(mark);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
        Length += value.Length;
    }

    /// <summary>Begins a message within the message.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, WireType.Bytes);
        Reserve(LengthBytes);
        Length += LengthBytes;
        return Length;
    }

    public void End(int mark)
    {
        var length = Length - mark;
        var target = _buffer.AsSpan(mark - LengthBytes, LengthBytes);
        for (var i = 0; i < LengthBytes; i++, length >>= 7)
        {
            target[i] = (byte)((length & 0x7F) | (i < LengthBytes - 1 ? 0x80 : 0));
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Tag(int field, WireType type) => Varint(((ulong)(uint)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        var target = Reserve(LongestVarint);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length++] = (byte)value;
        Length += length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + count), (int)Math.Min(_buffer.Length * 2L, Array.MaxLength)));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(Length);
    }
}
