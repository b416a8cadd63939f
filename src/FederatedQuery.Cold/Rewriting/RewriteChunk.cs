using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>Files that are read together.</summary>
/// <param name="Partition">Of all of their rows; null: they are of several.</param>
/// <param name="Tasks">At least one; all of their rows are wanted.</param>
internal sealed record RewriteChunk(PartitionData? Partition, ImmutableArray<ScanTask> Tasks)
{
    public long Bytes => Tasks.Sum(task => task.File.FileSizeInBytes);

    /// <summary>
    /// Files of one target partition together, in chunks of about the same size; files whose rows go to several partitions by the partitions that they are in, so
    /// that few target partitions get files from several chunks.
    /// </summary>
    /// <param name="table">Lists the specs of the files.</param>
    /// <param name="request">Its plan's files.</param>
    /// <param name="maxBytes">About as large as a chunk of one partition becomes.</param>
    /// <param name="maxDividedBytes">The same of chunks whose rows go to several partitions.</param>
    public static IEnumerable<RewriteChunk> Of(TableMetadata table, RewriteRequest request, long maxBytes, long maxDividedBytes)
    {
        var targets = new TargetPartitions(table, request.Spec);
        var key = SortKey(table.CurrentSchema, request.SortOrder);
        foreach (var group in request.Plan.Tasks.Select(task => task with { Residual = BoundExpression.True }).GroupBy(task => targets.Of(task.File)))
        {
            var tasks = group
                .OrderBy(task => group.Key is null ? $"{task.Spec.SpecId}/{task.Spec.PartitionPath(task.File.Partition)}" : "", StringComparer.Ordinal)
                .ThenBy(task => key is null ? null : LowerBound(task, key), Comparer<Literal?>.Create(Nullable.Compare));
            foreach (var chunk in EvenPacking.Of([.. tasks], group.Key is null ? maxDividedBytes : maxBytes))
            {
                yield return new RewriteChunk(group.Key, chunk);
            }
        }
    }

    /// <summary>What rows are sorted by first: chunks of neighbours by it overlap little.</summary>
    private static SchemaField? SortKey(Schema schema, SortOrder order) =>
        !order.IsUnsorted && schema.FindField(order.Fields[0].SourceId) is { Type: PrimitiveType } field ? field : null;

    private static Literal? LowerBound(ScanTask task, SchemaField key) =>
        task.File.LowerBounds is { } bounds && bounds.TryGetValue(key.Id, out var bytes) && Literal.TryFromBytes((PrimitiveType)key.Type, bytes.Span, out var value) ? value : null;
}
