using System.Numerics;

namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>A decoding table of Huffman codes (RFC 8878, 4.2): by the next <see cref="MaxBits"/> bits, a symbol and how many of the bits are its code.</summary>
internal sealed class HuffmanTable
{
    private const int MaxCodeBits = 11;
    private const int MaxWeights = 255;
    private const int MaxWeightAccuracyLog = 6;

    private readonly byte[] _symbols;
    private readonly byte[] _lengths;

    private HuffmanTable(int maxBits)
    {
        MaxBits = maxBits;
        _symbols = new byte[1 << maxBits];
        _lengths = new byte[1 << maxBits];
    }

    public int MaxBits { get; }

    /// <summary>Reads a tree description from the front of <paramref name="source"/> and moves it behind.</summary>
    public static HuffmanTable Read(ref ReadOnlySpan<byte> source)
    {
        int header = ZstandardDecoder.Take(ref source, 1, "Huffman tree description")[0];
        Span<byte> weights = stackalloc byte[MaxWeights + 1];
        int count;
        if (header >= 128)
        {
            count = header - 127;
            var packed = ZstandardDecoder.Take(ref source, (count + 1) / 2, "Huffman tree description");
            for (var i = 0; i < count; i++)
            {
                weights[i] = (byte)((i & 1) == 0 ? packed[i / 2] >> 4 : packed[i / 2] & 15);
            }
        }
        else
        {
            count = ReadCompressedWeights(ZstandardDecoder.Take(ref source, header, "Huffman tree description"), weights);
        }

        return Build(weights, count);
    }

    /// <summary>Fills <paramref name="output"/> from one stream, which must end with the last symbol.</summary>
    public void Decode(ReadOnlySpan<byte> stream, Span<byte> output)
    {
        var bits = new BackwardBitReader(stream);
        for (var i = 0; i < output.Length; i++)
        {
            var code = bits.Peek(MaxBits);
            output[i] = _symbols[code];
            bits.Skip(_lengths[code]);
        }

        if (bits.BitsLeft != 0)
        {
            throw new InvalidDataException("A Zstandard Huffman stream does not end with its last literal.");
        }
    }

    /// <summary>Two states take turns until the bits run out (RFC 8878, 4.2.1.2).</summary>
    private static int ReadCompressedWeights(ReadOnlySpan<byte> source, Span<byte> weights)
    {
        var table = FseTable.Read(ref source, MaxWeightAccuracyLog);
        var bits = new BackwardBitReader(source);
        var first = (int)bits.Read(table.AccuracyLog);
        var second = (int)bits.Read(table.AccuracyLog);
        var count = 0;
        while (true)
        {
            if (count >= MaxWeights - 1)
            {
                throw new InvalidDataException($"A Zstandard Huffman tree has more than {MaxWeights} weights.");
            }

            weights[count++] = table.SymbolOf(first);
            first = table.Next(first, ref bits);
            if (bits.BitsLeft < 0)
            {
                weights[count++] = table.SymbolOf(second);
                return count;
            }

            (first, second) = (second, first);
        }
    }

    private static HuffmanTable Build(Span<byte> weights, int count)
    {
        var total = 0;
        foreach (var weight in weights[..count])
        {
            if (weight > MaxCodeBits)
            {
                throw new InvalidDataException($"A Zstandard Huffman weight is {weight}; the highest is {MaxCodeBits}.");
            }

            total += weight > 0 ? 1 << (weight - 1) : 0;
        }

        // The last weight is not written: it is what fills the sum up to a power of two.
        var maxBits = total == 0 ? 0 : BitOperations.Log2((uint)total) + 1;
        var rest = (1 << maxBits) - total;
        if (maxBits is 0 or > MaxCodeBits || !BitOperations.IsPow2(rest))
        {
            throw new InvalidDataException("The weights of a Zstandard Huffman tree do not add up.");
        }

        weights[count++] = (byte)(BitOperations.Log2((uint)rest) + 1);
        var table = new HuffmanTable(maxBits);
        var position = 0;
        for (var weight = 1; weight <= maxBits; weight++)
        {
            for (var symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] == weight)
                {
                    var cells = 1 << (weight - 1);
                    table._symbols.AsSpan(position, cells).Fill((byte)symbol);
                    table._lengths.AsSpan(position, cells).Fill((byte)(maxBits + 1 - weight));
                    position += cells;
                }
            }
        }

        return table;
    }
}
