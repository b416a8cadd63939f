using System.Numerics;

namespace FederatedQuery.Iceberg.Puffin;

/// <summary>Up to 65,536 positions that share all but their lowest 16 bits, as they are serialized: a list, a bitmap or runs.</summary>
internal sealed class RoaringContainer
{
    private readonly ushort[]? _list;
    private readonly ulong[]? _bitmap;
    private readonly (ushort First, ushort Last)[]? _runs;

    private RoaringContainer(long start, int count, ushort[]? list, ulong[]? bitmap, (ushort, ushort)[]? runs)
    {
        Start = start;
        Count = count;
        _list = list;
        _bitmap = bitmap;
        _runs = runs;
    }

    /// <summary>What every position of the container is at least.</summary>
    public long Start { get; }

    public int Count { get; }

    /// <summary>About how much memory this takes.</summary>
    public long SizeBytes => 80L + ((_list?.Length ?? 0) * 2L) + ((_bitmap?.Length ?? 0) * 8L) + ((_runs?.Length ?? 0) * 4L);

    public static RoaringContainer OfList(long start, ushort[] ascending) => new(start, ascending.Length, ascending, null, null);

    public static RoaringContainer OfBitmap(long start, ulong[] words) =>
        new(start, words.Sum(word => BitOperations.PopCount(word)), null, words, null);

    public static RoaringContainer OfRuns(long start, (ushort First, ushort Last)[] ascending) =>
        new(start, ascending.Sum(run => run.Last - run.First + 1), null, null, ascending);

    /// <summary>Positions at or above <paramref name="from"/> (counted from <see cref="Start"/>), ascending, as many as fit.</summary>
    /// <param name="from">0 at first; afterwards where the next call goes on, 65,536 at the end.</param>
    /// <param name="target">Gets absolute positions.</param>
    public int CopyTo(ref int from, Span<long> target)
    {
        var written = 0;
        if (_list is not null)
        {
            var index = Array.BinarySearch(_list, (ushort)from);
            for (index = index < 0 ? ~index : index; index < _list.Length && written < target.Length; index++)
            {
                target[written++] = Start + _list[index];
            }

            from = index < _list.Length ? _list[index] : RoaringPositions.ContainerSize;
            return written;
        }

        return _bitmap is not null ? CopyBitmap(ref from, target) : CopyRuns(ref from, target);
    }

    private int CopyBitmap(ref int from, Span<long> target)
    {
        var written = 0;
        while (from < RoaringPositions.ContainerSize)
        {
            var word = _bitmap![from >> 6] >> (from & 63);
            if (word == 0)
            {
                from = (from | 63) + 1;
                continue;
            }

            from += BitOperations.TrailingZeroCount(word);
            if (written == target.Length)
            {
                break;
            }

            target[written++] = Start + from++;
        }

        return written;
    }

    private int CopyRuns(ref int from, Span<long> target)
    {
        var written = 0;
        foreach (var (first, last) in _runs!)
        {
            for (from = Math.Max(from, first); from <= last; from++)
            {
                if (written == target.Length)
                {
                    return written;
                }

                target[written++] = Start + from;
            }
        }

        from = RoaringPositions.ContainerSize;
        return written;
    }
}
