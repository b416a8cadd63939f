using FederatedQuery.Cold.Scanning;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Divides rows in an order into windows by their leading column, to be read one behind the other: where the files of the cold tier, or the partitions of the hot one, do not overlap,
/// or where too many rows would be sorted at once.
/// </summary>
internal static class StreamWindows
{
    private const long MicrosPerDay = 86_400_000_000;

    /// <returns>Where windows begin, in the order of the rows, but for the first one. None: all rows are one window.</returns>
    public static IReadOnlyList<Literal> BoundariesOf(RegisteredTable table, ColdScan? cold, RowTerm lead, StreamSizes sizes)
    {
        if (!lead.IsKnownToTiers || cold is { IsWhole: true })
        {
            return [];
        }

        var pieces = new List<(Literal Best, Literal Worst, long Rows)>();
        foreach (var file in cold?.DataFiles ?? [])
        {
            if (file.BoundsOf(lead.Name) is not ({ } lower, { } upper))
            {
                return [];
            }

            pieces.Add(lead.Descending ? (upper, lower, file.Rows) : (lower, upper, file.Rows));
        }

        pieces.AddRange(PartitionsOf(table, lead));
        pieces.Sort((one, other) => Compare(lead, one.Best, other.Best));
        var boundaries = new List<Literal>();
        Literal? reach = null;
        var rows = 0L;
        foreach (var (best, worst, count) in pieces)
        {
            var isApart = reach is { } far && Compare(lead, far, best) < 0 && rows >= (boundaries.Count == 0 ? sizes.FirstRows : sizes.UsualRows);
            var isTooMuch = rows + count > sizes.MostRows && (boundaries.Count == 0 || Compare(lead, boundaries[^1], best) < 0) && reach is not null;
            if (isApart || isTooMuch)
            {
                boundaries.Add(best);
                rows = 0;
            }

            rows += count;
            reach = reach is { } known && Compare(lead, known, worst) >= 0 ? known : worst;
        }

        return boundaries;
    }

    /// <summary>The rows of a window.</summary>
    /// <param name="from">Where it begins; null: with the first row.</param>
    /// <param name="to">Where the next one begins; null: there is none.</param>
    public static Expression Between(RowTerm lead, Literal? from, Literal? to) => Expression.And(
        from is { } first ? Keyset.From([lead], [first], includesEqual: true) : Expression.True,
        to is { } next ? Keyset.From([lead.Reversed], [next], includesEqual: false) : Expression.True);

    private static IEnumerable<(Literal Best, Literal Worst, long Rows)> PartitionsOf(RegisteredTable table, RowTerm lead)
    {
        if (table.Hot is not { } hot || hot.RangePartitionColumn != lead.Name)
        {
            yield break;
        }

        foreach (var partition in hot.Partitions)
        {
            if (partition is { From: { } from, To: { } to, EstimatedRows: > 0 } && Value(lead.Type, from, 0) is { } first && Value(lead.Type, to, -1) is { } last)
            {
                yield return lead.Descending ? (last, first, partition.EstimatedRows) : (first, last, partition.EstimatedRows);
            }
        }
    }

    private static Literal? Value(PrimitiveType type, DateTimeOffset instant, long moved)
    {
        var micros = ((instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) + moved;
        return type switch
        {
            DateType => Literal.Date((int)Math.Floor((double)micros / MicrosPerDay)),
            TimestampType => Literal.Timestamp(micros),
            TimestamptzType => Literal.Timestamptz(micros),
            _ => null,
        };
    }

    private static int Compare(RowTerm lead, Literal one, Literal other) => lead.Descending ? other.CompareTo(one) : one.CompareTo(other);
}
