using FederatedQuery.Cold.Parquet;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>One request to an object store, and what of its bytes is kept where.</summary>
/// <param name="Offset">In the object.</param>
/// <param name="Kept">Ascending by source, within the range; bytes between them are passed over.</param>
internal sealed record ObjectRange(long Offset, long Length, IReadOnlyList<CopiedBytes> Kept);

/// <summary>Cuts what is wanted of an object into requests.</summary>
internal static class ObjectRanges
{
    /// <summary>Of the wanted bytes, this share may be fetched needlessly to save requests.</summary>
    private const double Waste = 0.05;

    /// <summary>A gap of this size costs about as much as another request.</summary>
    private const long MaxGapBytes = 256 * 1024;

    /// <summary>All of an object, to the same places.</summary>
    public static IReadOnlyList<ObjectRange> Whole(long length, int rangeBytes) => Cut(new CopiedBytes(0, length, 0), rangeBytes).ToList();

    /// <param name="wanted">Pieces of the object, in any order.</param>
    /// <param name="rangeBytes">About the size of one request.</param>
    public static IReadOnlyList<ObjectRange> Of(IEnumerable<CopiedBytes> wanted, int rangeBytes)
    {
        var pieces = wanted.Where(piece => piece.Length > 0).OrderBy(piece => piece.Source).ToList();
        var gapLimit = GapLimit(pieces);
        var ranges = new List<ObjectRange>();
        var first = 0;
        for (var i = 1; i <= pieces.Count; i++)
        {
            // What overlaps is fetched together, however broken a file that says so may be.
            var isJoined = i < pieces.Count && (pieces[i].Source < pieces[i - 1].SourceEnd
                || (pieces[i].Source - pieces[i - 1].SourceEnd <= gapLimit && pieces[i].SourceEnd - pieces[first].Source <= rangeBytes));
            if (isJoined)
            {
                continue;
            }

            if (i - first == 1)
            {
                ranges.AddRange(Cut(pieces[first], rangeBytes));
            }
            else
            {
                ranges.Add(new ObjectRange(pieces[first].Source, pieces[first..i].Max(piece => piece.SourceEnd) - pieces[first].Source, pieces[first..i]));
            }

            first = i;
        }

        return ranges;
    }

    /// <summary>The largest gap that may be read over: the smallest gaps first, until their sum is too much.</summary>
    private static long GapLimit(List<CopiedBytes> pieces)
    {
        var budget = (long)(pieces.Sum(piece => piece.Length) * Waste);
        long limit = 0;
        foreach (var gap in pieces.Zip(pieces.Skip(1), (left, right) => right.Source - left.SourceEnd).Where(gap => gap is >= 0 and <= MaxGapBytes).Order())
        {
            budget -= gap;
            if (budget < 0)
            {
                // Gaps of the same size would all be read over together.
                return limit == gap ? gap - 1 : limit;
            }

            limit = gap;
        }

        return limit;
    }

    private static IEnumerable<ObjectRange> Cut(CopiedBytes piece, int rangeBytes)
    {
        var count = Math.Max(1, (piece.Length + rangeBytes - 1) / rangeBytes);
        for (long i = 0; i < count; i++)
        {
            var start = piece.Length * i / count;
            var length = (piece.Length * (i + 1) / count) - start;
            var kept = new CopiedBytes(piece.Source + start, length, piece.Target + start);
            yield return new ObjectRange(kept.Source, length, [kept]);
        }
    }
}
