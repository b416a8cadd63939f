using System.Buffers;
using System.Buffers.Binary;

namespace FederatedQuery.Hot.Copy.Encoding;

/// <summary>A growing pooled buffer that big-endian values are appended to.</summary>
/// <param name="capacity">Bytes to begin with.</param>
internal sealed class CopyBuffer(int capacity = 256 * 1024) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>What was written, to be changed in place.</summary>
    public Span<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public Span<byte> Append(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }

        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }

    public void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Append(2), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Append(4), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Append(4), value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>Leaves room for a length, to be filled in by <see cref="EndLength"/>.</summary>
    public int BeginLength()
    {
        Append(4);
        return Length;
    }

    public void EndLength(int begin) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(begin - 4), Length - begin);

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(Length + count, _bytes.Length * 2)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
