using System.Numerics;

namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>A decoding table of finite state entropy (RFC 8878, 4.1.1): per state a symbol, the bits to read and what to add for the next state.</summary>
internal sealed class FseTable
{
    private const int MaxSymbols = 256;

    private readonly byte[] _symbols;
    private readonly byte[] _bits;
    private readonly ushort[] _baselines;

    private FseTable(int accuracyLog)
    {
        AccuracyLog = accuracyLog;
        _symbols = new byte[1 << accuracyLog];
        _bits = new byte[1 << accuracyLog];
        _baselines = new ushort[1 << accuracyLog];
    }

    /// <summary>Bits of a state.</summary>
    public int AccuracyLog { get; }

    public static FseTable Predefined(int accuracyLog, params ReadOnlySpan<short> frequencies) => Build(accuracyLog, frequencies);

    /// <summary>One symbol, always.</summary>
    public static FseTable Single(byte symbol)
    {
        var table = new FseTable(0);
        table._symbols[0] = symbol;
        return table;
    }

    /// <summary>Reads a table description from the front of <paramref name="source"/> and moves it behind.</summary>
    public static FseTable Read(ref ReadOnlySpan<byte> source, int maxAccuracyLog)
    {
        var position = 0;
        var accuracyLog = ReadBits(source, ref position, 4) + 5;
        if (accuracyLog > maxAccuracyLog)
        {
            throw new InvalidDataException($"A Zstandard FSE table has an accuracy of {accuracyLog} bits; at most {maxAccuracyLog} are allowed.");
        }

        Span<short> frequencies = stackalloc short[MaxSymbols];
        var count = 0;
        var remaining = 1 << accuracyLog;
        while (remaining > 0 && count < MaxSymbols)
        {
            var frequency = ReadFrequency(source, ref position, remaining);
            remaining -= Math.Abs(frequency);
            frequencies[count++] = (short)frequency;
            if (frequency == 0)
            {
                int repeat;
                do
                {
                    repeat = ReadBits(source, ref position, 2);
                    for (var i = 0; i < repeat && count < MaxSymbols; i++)
                    {
                        frequencies[count++] = 0;
                    }
                }
                while (repeat == 3 && position <= source.Length * 8);
            }
        }

        var bytes = (position + 7) / 8;
        if (remaining != 0 || bytes > source.Length)
        {
            throw new InvalidDataException("A Zstandard FSE table description is broken: its probabilities do not add up.");
        }

        source = source[bytes..];
        return Build(accuracyLog, frequencies[..count]);
    }

    public byte SymbolOf(int state) => _symbols[state];

    public int Next(int state, ref BackwardBitReader bits) => _baselines[state] + (int)bits.Read(_bits[state]);

    /// <summary>Every symbol that the table can give is at most this.</summary>
    public FseTable WithSymbolsUpTo(int maxSymbol) => _symbols.Max() <= maxSymbol
        ? this
        : throw new InvalidDataException($"A Zstandard FSE table gives the code {_symbols.Max()}; the highest here is {maxSymbol}.");

    private static int ReadFrequency(ReadOnlySpan<byte> source, ref int position, int remaining)
    {
        // A value takes one bit less when it is small enough to be told apart without the highest bit.
        var bits = BitOperations.Log2((uint)remaining + 1) + 1;
        var value = ReadBits(source, ref position, bits);
        var lowerMask = (1 << (bits - 1)) - 1;
        var threshold = (1 << bits) - 1 - (remaining + 1);
        if ((value & lowerMask) < threshold)
        {
            position--;
            value &= lowerMask;
        }
        else if (value > lowerMask)
        {
            value -= threshold;
        }

        return value - 1;
    }

    private static FseTable Build(int accuracyLog, ReadOnlySpan<short> frequencies)
    {
        var table = new FseTable(accuracyLog);
        var size = 1 << accuracyLog;
        Span<ushort> next = stackalloc ushort[MaxSymbols];

        // Symbols of probability "less than one" take single cells at the end; the others are strewn over the rest.
        var highThreshold = size;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] == -1)
            {
                table._symbols[--highThreshold] = (byte)symbol;
                next[symbol] = 1;
            }
        }

        var step = (size >> 1) + (size >> 3) + 3;
        var mask = size - 1;
        var position = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] <= 0)
            {
                continue;
            }

            next[symbol] = (ushort)frequencies[symbol];
            for (var i = 0; i < frequencies[symbol]; i++)
            {
                table._symbols[position] = (byte)symbol;
                do
                {
                    position = (position + step) & mask;
                }
                while (position >= highThreshold);
            }
        }

        for (var state = 0; state < size; state++)
        {
            var following = next[table._symbols[state]]++;
            var bits = accuracyLog - BitOperations.Log2(following);
            table._bits[state] = (byte)bits;
            table._baselines[state] = (ushort)((following << bits) - size);
        }

        return table;
    }

    private static int ReadBits(ReadOnlySpan<byte> source, ref int position, int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, position++)
        {
            var index = position >> 3;
            if (index < source.Length)
            {
                value |= ((source[index] >> (position & 7)) & 1) << i;
            }
        }

        return value;
    }
}
