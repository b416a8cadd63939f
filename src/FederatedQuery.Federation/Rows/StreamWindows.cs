using FederatedQuery.Cold.Scanning;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Divides rows in an order into windows by their leading column, to be read one behind the other: where the files of the cold tier, or the partitions of the hot one, do not overlap,
/// where rows begin, or end, that PostgreSQL has in order, or where too many rows would be sorted at once.
/// </summary>
internal static class StreamWindows
{
    /// <returns>
    /// Values that divide windows, in the order of the rows: ascending, rows with the value are the first of the window behind it, descending the last of the one before, so that
    /// neither touches a partition or file for it that holds none of its other rows. None: all rows are one window.
    /// </returns>
    /// <param name="canBeInOrder">Whether PostgreSQL can give rows in the query's order.</param>
    public static IReadOnlyList<Literal> BoundariesOf(RegisteredTable table, ColdScan? cold, RowTerm lead, bool canBeInOrder, StreamSizes sizes)
    {
        if (!lead.IsKnownToTiers || cold is { IsWhole: true })
        {
            return [];
        }

        var pieces = new List<StreamPiece>();
        foreach (var file in cold?.DataFiles ?? [])
        {
            if (file.BoundsOf(lead.Name) is not ({ } lower, { } upper))
            {
                return [];
            }

            pieces.Add(lead.Descending ? new StreamPiece(upper, lower, file.Rows) : new StreamPiece(lower, upper, file.Rows));
        }

        pieces.AddRange(PartitionsOf(table, lead).Select(
            piece => new StreamPiece(piece.Best, piece.Worst, piece.Partition.EstimatedRows) { IsInOrder = canBeInOrder && piece.Partition.IndexedColumns.Contains(lead.Name) }));
        return Divide(pieces, lead, sizes);
    }

    /// <param name="pieces">Files and partitions with their first and last value in the order.</param>
    /// <param name="lead">The order.</param>
    /// <param name="sizes">Of windows.</param>
    internal static List<Literal> Divide(List<StreamPiece> pieces, RowTerm lead, StreamSizes sizes)
    {
        pieces.Sort((one, other) => Compare(lead, one.Best, other.Best));
        var boundaries = new List<Literal>();
        Literal? reach = null;
        var rows = 0L;
        var isInOrder = false;
        foreach (var piece in pieces)
        {
            var (best, worst, count) = piece;
            var isApart = reach is { } far && Compare(lead, far, best) < 0
                && (rows >= (boundaries.Count == 0 ? sizes.FirstRows : sizes.UsualRows) || piece.IsInOrder != isInOrder);
            var isTooMuch = rows + count > sizes.MostRows && (boundaries.Count == 0 || Compare(lead, boundaries[^1], best) < 0) && reach is not null;
            if (isApart || isTooMuch)
            {
                boundaries.Add(isApart && lead.Descending ? reach!.Value : best);
                rows = 0;
            }

            rows += count;
            isInOrder = piece.IsInOrder;
            reach = reach is { } known && Compare(lead, known, worst) >= 0 ? known : worst;
        }

        return boundaries;
    }

    /// <summary>Whether all rows behind a boundary come behind a value too.</summary>
    public static bool IsPast(RowTerm lead, Literal boundary, Literal? value) => value is { IsNaN: false } number
        ? Compare(lead, boundary, number) is var order && (lead.Descending ? order >= 0 : order > 0)
        : lead.Descending;

    /// <summary>Whether all rows before a boundary come before a value too.</summary>
    public static bool IsBefore(RowTerm lead, Literal boundary, Literal? value) => value is { IsNaN: false } number
        ? Compare(lead, boundary, number) is var order && (lead.Descending ? order < 0 : order <= 0)
        : !lead.Descending;

    /// <summary>Whether a boundary comes at another one, or before it.</summary>
    public static bool IsUpTo(RowTerm lead, Literal boundary, Literal other) => Compare(lead, boundary, other) <= 0;

    /// <summary>The rows of a window.</summary>
    /// <param name="from">What divides it from the one before; null: there is none.</param>
    /// <param name="to">What divides it from the next one; null: there is none.</param>
    public static Expression Between(RowTerm lead, Literal? from, Literal? to) => Expression.And(
        from is { } first ? Keyset.From([lead], [first], includesEqual: !lead.Descending) : Expression.True,
        to is { } next ? Keyset.From([lead.Reversed], [next], includesEqual: lead.Descending) : Expression.True);

    /// <summary>Whether all partitions that hold rows of a window have an index that gives them in the order of the leading column.</summary>
    /// <param name="from">As of <see cref="Between"/>.</param>
    /// <param name="to">As of <see cref="Between"/>.</param>
    public static bool HasIndexes(RegisteredTable table, RowTerm lead, Literal? from, Literal? to) =>
        table.Hot is { } hot && hot.RangePartitionColumn == lead.Name
        && hot.Partitions.All(partition => partition is { From: not null, To: not null } or { EstimatedRows: 0 })
        && PartitionsOf(table, lead)
            .Where(piece => (from is not { } first || Compare(lead, piece.Worst, first) >= 0) && (to is not { } last || Compare(lead, piece.Best, last) <= 0))
            .All(piece => piece.Partition.IndexedColumns.Contains(lead.Name));

    /// <summary>Partitions by the leading column that hold rows, with their first and last value in the order; in any order.</summary>
    internal static IEnumerable<(Literal Best, Literal Worst, PostgresPartition Partition)> PartitionsOf(RegisteredTable table, RowTerm lead)
    {
        if (table.Hot is not { } hot || hot.RangePartitionColumn != lead.Name)
        {
            yield break;
        }

        foreach (var partition in hot.Partitions)
        {
            if (partition is { From: { } from, To: { } to, EstimatedRows: > 0 } && EpochTime.LiteralOf(EpochTime.MicrosOf(from), lead.Type) is { } first && EpochTime.LiteralOf(EpochTime.MicrosOf(to) - 1, lead.Type) is { } last)
            {
                yield return lead.Descending ? (last, first, partition) : (first, last, partition);
            }
        }
    }

    internal static int Compare(RowTerm lead, Literal one, Literal other) => lead.Descending ? other.CompareTo(one) : one.CompareTo(other);
}

/// <summary>A file of the cold tier or a partition of the hot one.</summary>
/// <param name="Best">Its first value in the order.</param>
/// <param name="Worst">Its last one.</param>
/// <param name="Rows">About how many it holds.</param>
internal readonly record struct StreamPiece(Literal Best, Literal Worst, long Rows)
{
    /// <summary>Whether PostgreSQL has its rows in order.</summary>
    public bool IsInOrder { get; init; }
}
