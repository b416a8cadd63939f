using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Divides the hot tier into windows for a page, so that PostgreSQL need not look through, and sort, all rows for the first of them: some, ten times as many, the rest. Partitions that
/// have an index on what the filter compares with a value are read together: looking into their indexes costs less than a statement more. Where it is known from former pages how many rows
/// a partition has for the filter, as many as will do, since PostgreSQL plans each by itself.
/// </summary>
internal static class HotWindows
{
    /// <summary>PostgreSQL plans each partition of a statement by itself, which takes it a tenth of a millisecond.</summary>
    private const int MostPartitions = 32;

    private const int MostBoundaries = 2;

    /// <summary>Fewer partitions more are not worth a statement of their own.</summary>
    private const int LeastSpared = 6;

    /// <summary>Values of the leading column that divide the windows, in the order of the rows; as <see cref="StreamWindows.BoundariesOf"/>.</summary>
    /// <param name="query">Of its table's partitions.</param>
    /// <param name="lead">The leading column, in the order of reading.</param>
    /// <param name="start">A value of it: windows before it are left out; null: none are.</param>
    /// <param name="rowsWanted">Of one page.</param>
    /// <param name="leastRows">Fewer are not worth a statement of their own.</param>
    /// <param name="rowsPerPartition">That match the filter, by former pages; null: not known.</param>
    public static IReadOnlyList<Literal> BoundariesOf(RowQuery query, RowTerm lead, Literal? start, int rowsWanted, long leastRows, double? rowsPerPartition)
    {
        var firstRows = Math.Max(leastRows, 2L * rowsWanted);
        if (query.Table.Hot is not { } hot || hot.RangePartitionColumn != lead.Name
            || hot.Partitions.Any(partition => (partition.From is null || partition.To is null) && partition.EstimatedRows > firstRows))
        {
            // Each window would look through it.
            return [];
        }

        var pieces = PiecesOf(query, lead, start);

        // Twice as many as should do, and one that may be half read.
        if (rowsPerPartition is > 0 and var density && 1 + Math.Ceiling(2 * rowsWanted / density) is var enough && enough + LeastSpared <= pieces.Count)
        {
            return [Before((int)enough)];
        }

        var compared = ComparedIn(query.Filter);
        var together = pieces.FindLastIndex(piece => !piece.Partition.IndexedColumns.Overlaps(compared)) + 1;
        var apart = StreamWindows.Divide(
            pieces.ConvertAll(piece => new StreamPiece(piece.Best, piece.Worst, piece.Partition.EstimatedRows)), lead,
            new StreamSizes { FirstRows = firstRows, UsualRows = 10 * firstRows, MostRows = long.MaxValue });
        return
        [
            .. apart.TakeWhile(boundary => together > 0 && (together == pieces.Count || StreamWindows.Compare(lead, boundary, Before(together)) <= 0))
                .Concat(together + MostPartitions < pieces.Count ? [Before(together + MostPartitions)] : []).Take(MostBoundaries),
        ];

        // What divides a piece from the one before.
        Literal Before(int piece) => lead.Descending ? pieces[piece - 1].Worst : pieces[piece].Best;
    }

    /// <summary>How many partitions hold the rows from a start to a value of the leading column; at least 1.</summary>
    /// <param name="to">Null: to the end.</param>
    public static int PartitionsBetween(RowQuery query, RowTerm lead, Literal? start, Literal? to) =>
        Math.Max(1, PiecesOf(query, lead, start).Count(piece => to is not { IsNaN: false } last || StreamWindows.Compare(lead, piece.Best, last) <= 0));

    private static List<(Literal Best, Literal Worst, PostgresPartition Partition)> PiecesOf(RowQuery query, RowTerm lead, Literal? start) =>
    [
        .. StreamWindows.PartitionsOf(query.Table, lead)
            .Where(piece => start is not { IsNaN: false } from || StreamWindows.Compare(lead, piece.Worst, from) >= 0)
            .OrderBy(piece => piece.Best, Comparer<Literal>.Create((one, other) => StreamWindows.Compare(lead, one, other))),
    ];

    /// <summary>Columns that all rows have a certain value in, or one of some.</summary>
    private static IEnumerable<string> ComparedIn(Expression filter) => filter switch
    {
        AndExpression and => ComparedIn(and.Left).Concat(ComparedIn(and.Right)),
        LiteralPredicate { Operation: LiteralOperation.Equal } equal => [equal.Name],
        SetPredicate { Operation: SetOperation.In } one => [one.Name],
        _ => [],
    };
}
