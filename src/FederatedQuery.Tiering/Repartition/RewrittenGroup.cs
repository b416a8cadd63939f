using System.Collections.Immutable;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>Files whose rows are written anew already, and not committed yet.</summary>
/// <param name="Tasks">The files that were read, each with the deletes that were applied.</param>
/// <param name="Written">What has their rows now.</param>
/// <param name="Target">What it was written for.</param>
internal sealed record RewrittenGroup(ImmutableArray<ScanTask> Tasks, ColdRewrite Written, LayoutTarget Target)
{
    /// <summary>About so many bytes are rewritten at once: what must be done again when others change rows of one of the files.</summary>
    private const long MostBytes = RewriteRequest.DefaultTargetFileBytes * 4;

    /// <summary>
    /// Cuts files into groups, neighbours by partition together, so that few partitions of the new layout get files from several groups.
    /// </summary>
    public static IEnumerable<ImmutableArray<ScanTask>> Cut(IEnumerable<ScanTask> tasks) => EvenPacking.Of(
        [.. tasks.OrderBy(task => task.Spec.SpecId).ThenBy(task => task.Spec.PartitionPath(task.File.Partition), StringComparer.Ordinal)], MostBytes);

    /// <summary>Whether the files hold the very rows yet that were read: none is gone, and no row of theirs was deleted since.</summary>
    /// <param name="current">The table's files by name.</param>
    public bool IsCurrent(IReadOnlyDictionary<DataFile, ScanTask> current, LayoutTarget target) =>
        Target.Spec.Equals(target.Spec) && Target.Order.Equals(target.Order)
        && Tasks.All(task => current.TryGetValue(task.File, out var now)
            && now.Deletes.Select(delete => delete.File).ToHashSet().SetEquals(task.Deletes.Select(delete => delete.File)));
}
