namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>
/// Compressed blocks of one frame (RFC 8878, 3.1.1.3): literals, then sequences that say how many literals to copy and which earlier bytes
/// to repeat. Tables and the last three offsets carry over from block to block.
/// </summary>
internal sealed class BlockDecoder(DecodedBytes output, int maxBlockBytes)
{
    private readonly LiteralsDecoder _literals = new(maxBlockBytes);
    private readonly long[] _recentOffsets = [1, 4, 8];
    private FseTable? _literalsLengths;
    private FseTable? _offsets;
    private FseTable? _matchLengths;

    private enum TableMode
    {
        Predefined = 0,
        Rle = 1,
        Compressed = 2,
        Repeat = 3,
    }

    public void Decode(ReadOnlySpan<byte> block)
    {
        var start = output.Length;
        var literals = _literals.Read(ref block);
        var count = ReadSequenceCount(ref block);
        if (count > 0)
        {
            int modes = ZstandardDecoder.Take(ref block, 1, "sequences section")[0];
            if ((modes & 3) != 0)
            {
                throw new InvalidDataException("A Zstandard sequences section has its reserved bits set.");
            }

            _literalsLengths = ReadTable(
                ref block, modes >> 6, _literalsLengths, SequenceTables.LiteralsLengths, 9, SequenceTables.MaxLiteralsLengthCode);
            _offsets = ReadTable(ref block, (modes >> 4) & 3, _offsets, SequenceTables.Offsets, 8, SequenceTables.MaxOffsetCode);
            _matchLengths = ReadTable(ref block, (modes >> 2) & 3, _matchLengths, SequenceTables.MatchLengths, 9, SequenceTables.MaxMatchLengthCode);
            literals = Execute(block, count, literals, start);
        }
        else if (!block.IsEmpty)
        {
            throw new InvalidDataException($"A Zstandard block without sequences has {block.Length} bytes too many.");
        }

        output.Append(literals);
        CheckSize(start);
    }

    private static int ReadSequenceCount(ref ReadOnlySpan<byte> block)
    {
        int first = ZstandardDecoder.Take(ref block, 1, "sequences section")[0];
        switch (first)
        {
            case < 128:
                return first;
            case < 255:
                return ((first - 128) << 8) + ZstandardDecoder.Take(ref block, 1, "sequences section")[0];
            default:
                var more = ZstandardDecoder.Take(ref block, 2, "sequences section");
                return more[0] + (more[1] << 8) + 0x7F00;
        }
    }

    private static FseTable ReadTable(
        ref ReadOnlySpan<byte> block, int mode, FseTable? previous, FseTable predefined, int maxAccuracyLog, int maxSymbol) =>
        (TableMode)mode switch
        {
            TableMode.Predefined => predefined,
            TableMode.Rle => FseTable.Single(ZstandardDecoder.Take(ref block, 1, "sequences section")[0]).WithSymbolsUpTo(maxSymbol),
            TableMode.Compressed => FseTable.Read(ref block, maxAccuracyLog).WithSymbolsUpTo(maxSymbol),
            _ => previous ?? throw new InvalidDataException("A Zstandard block repeats an FSE table, and no block before it had one."),
        };

    /// <summary>Gives the literals that are left over.</summary>
    private ReadOnlySpan<byte> Execute(ReadOnlySpan<byte> stream, int count, ReadOnlySpan<byte> literals, int start)
    {
        var bits = new BackwardBitReader(stream);
        var literalsState = (int)bits.Read(_literalsLengths!.AccuracyLog);
        var offsetState = (int)bits.Read(_offsets!.AccuracyLog);
        var matchState = (int)bits.Read(_matchLengths!.AccuracyLog);
        for (var i = 0; i < count; i++)
        {
            int offsetCode = _offsets.SymbolOf(offsetState);
            int matchCode = _matchLengths.SymbolOf(matchState);
            int literalsCode = _literalsLengths.SymbolOf(literalsState);
            var offsetValue = (1L << offsetCode) + bits.Read(offsetCode);
            var matchLength = SequenceTables.MatchLengthBases[matchCode] + (int)bits.Read(SequenceTables.MatchLengthBits[matchCode]);
            var literalsLength = SequenceTables.LiteralsLengthBases[literalsCode] + (int)bits.Read(SequenceTables.LiteralsLengthBits[literalsCode]);
            if (i < count - 1)
            {
                literalsState = _literalsLengths.Next(literalsState, ref bits);
                matchState = _matchLengths.Next(matchState, ref bits);
                offsetState = _offsets.Next(offsetState, ref bits);
            }

            if (literalsLength > literals.Length)
            {
                throw new InvalidDataException($"A Zstandard sequence copies {literalsLength} literals; {literals.Length} are left.");
            }

            output.Append(literals[..literalsLength]);
            literals = literals[literalsLength..];
            output.CopyMatch(OffsetOf(offsetValue, literalsLength), matchLength);
            CheckSize(start);
        }

        if (bits.BitsLeft != 0)
        {
            throw new InvalidDataException("A Zstandard sequences section does not end with its last sequence.");
        }

        return literals;
    }

    /// <summary>Offset values 1 to 3 name recent offsets (RFC 8878, 3.1.1.5); without literals before the match they mean the next older one.</summary>
    private long OffsetOf(long value, int literalsLength)
    {
        if (value > 3)
        {
            return Remember(value - 3, 2);
        }

        var index = (int)value - 1 + (literalsLength == 0 ? 1 : 0);
        return index == 3 ? Remember(_recentOffsets[0] - 1, 2) : Remember(_recentOffsets[index], index);
    }

    private long Remember(long offset, int dropped)
    {
        Array.Copy(_recentOffsets, 0, _recentOffsets, 1, dropped);
        return _recentOffsets[0] = offset;
    }

    private void CheckSize(int start)
    {
        if (output.Length - start > maxBlockBytes)
        {
            throw new InvalidDataException($"A Zstandard block decodes to more than the {maxBlockBytes} bytes that its frame allows.");
        }
    }
}
