using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Queries;

/// <summary>
/// Leaves the hot tier of a table out of a query where it holds no row that could matter. Rows may arrive late, so that neither the boundary nor statistics
/// decide it: they say whether asking PostgreSQL is worth a round trip, and PostgreSQL decides, in the session's snapshot, within the session's locks.
/// </summary>
internal static class HotRouting
{
    /// <summary>What is looked through in less time than a scan takes to begin.</summary>
    private const long LittleBytes = 256 * 1024;

    /// <returns>True only when the scan gives no row.</returns>
    public static async Task<bool> IsEmptyAsync(RegisteredTable table, HotScan scan, Expression predicate, CancellationToken cancellationToken)
    {
        var filter = predicate.Bind(table.Schema);
        if (filter is BoundConstant { Value: false })
        {
            return true;
        }

        var time = table.Tiering is { } tiering ? table.Schema.FindField(tiering.TimeColumn) : null;
        return Look(table, filter, time) switch
        {
            Way.None => false,
            var way => !await HotProbe.AnyAsync(scan, way == Way.ByIndex, cancellationToken),
        };
    }

    /// <summary>Whether it is likely that there is no row, and cheap to find out.</summary>
    private static Way Look(RegisteredTable table, BoundExpression filter, SchemaField? time)
    {
        var hot = table.Hot!;
        var touched = time is not null && hot.RangePartitionColumn == time.Name
            ? hot.Partitions.Where(partition => partition.IsDefault || MayMatch(filter, time, partition.From, partition.To)).ToList()
            : null;
        var isBehind = time is not null && table.Tiering!.Boundary is { } boundary && !MayMatch(filter, time, boundary, null);
        var looksEmpty = touched is null ? hot.EstimatedRows == 0 : touched.All(partition => partition.EstimatedRows == 0);
        if (!isBehind && !looksEmpty)
        {
            return Way.None;
        }

        if (touched is null ? hot.Bytes <= LittleBytes : touched.All(partition => partition.Bytes <= LittleBytes))
        {
            return Way.Through;
        }

        return isBehind && hot.IndexedColumns.Contains(time!.Name) ? Way.ByIndex : Way.None;
    }

    /// <param name="from">The first instant; null: no lower bound.</param>
    /// <param name="to">The first instant past the range; null: no upper bound.</param>
    /// <returns>False only when no row of that time can satisfy the filter.</returns>
    private static bool MayMatch(BoundExpression filter, SchemaField time, DateTimeOffset? from, DateTimeOffset? to) => MetricsEvaluator.MayMatch(
        filter,
        new FileMetrics
        {
            RecordCount = -1,
            NullValueCounts = Of(time, 0L),
            LowerBounds = from is { } first ? Bound(time, EpochTime.MicrosOf(first)) : null,
            UpperBounds = to is { } past ? Bound(time, EpochTime.MicrosOf(past) - 1) : null,
        });

    private static FieldIdMap<long> Of(SchemaField time, long count) => FieldIdMap<long>.Create([KeyValuePair.Create(time.Id, count)]);

    private static FieldIdMap<ReadOnlyMemory<byte>>? Bound(SchemaField time, long micros) => EpochTime.LiteralOf(micros, time.Type) is { } bound
        ? FieldIdMap<ReadOnlyMemory<byte>>.Create([KeyValuePair.Create(time.Id, (ReadOnlyMemory<byte>)bound.ToBytes())])
        : null;

    private enum Way
    {
        /// <summary>The scan finds out by itself.</summary>
        None,

        /// <summary>Whatever may match is read through.</summary>
        Through,

        ByIndex,
    }
}
