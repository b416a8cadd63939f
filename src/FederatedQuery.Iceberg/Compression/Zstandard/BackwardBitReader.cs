using System.Buffers.Binary;
using System.Numerics;

namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>Reads a bitstream from its end (RFC 8878, 4.1): the highest set bit of the last byte marks where it begins. Bits before its start read as 0.</summary>
internal ref struct BackwardBitReader
{
    private readonly ReadOnlySpan<byte> _data;

    public BackwardBitReader(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || data[^1] == 0)
        {
            throw new InvalidDataException("A Zstandard bitstream is empty or has no end mark.");
        }

        _data = data;
        BitsLeft = ((data.Length - 1) * 8) + BitOperations.Log2(data[^1]);
    }

    /// <summary>Negative when more was read than there is.</summary>
    public int BitsLeft { get; private set; }

    /// <summary>Up to 32 bits, the first one read being the highest.</summary>
    public readonly uint Peek(int count)
    {
        if (count <= BitsLeft)
        {
            return Extract(BitsLeft - count, count);
        }

        return BitsLeft <= 0 ? 0 : (uint)((ulong)Extract(0, BitsLeft) << (count - BitsLeft));
    }

    public void Skip(int count) => BitsLeft -= count;

    public uint Read(int count)
    {
        var value = Peek(count);
        BitsLeft -= count;
        return value;
    }

    private readonly uint Extract(int position, int count)
    {
        var index = position >> 3;
        ulong word;
        if (index + 8 <= _data.Length)
        {
            word = BinaryPrimitives.ReadUInt64LittleEndian(_data[index..]);
        }
        else
        {
            word = 0;
            for (var i = _data.Length - 1; i >= index; i--)
            {
                word = (word << 8) | _data[i];
            }
        }

        return (uint)((word >> (position & 7)) & ((1UL << count) - 1));
    }
}
