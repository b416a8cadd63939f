using System.Collections.Immutable;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>Finds what is worth being rewritten, by metadata alone: bin packing within partitions.</summary>
internal sealed class CompactionPlanner(TableMetadata table, CompactionOptions options)
{
    private readonly long _target = options.TargetOf(table);
    private readonly TargetPartitions _partitions = new(table, table.DefaultSpec);

    /// <param name="tasks">All files of a snapshot.</param>
    /// <returns>Those with most files first: they gain most.</returns>
    public IReadOnlyList<CompactionGroup> Groups(IEnumerable<ScanTask> tasks)
    {
        var groups = new List<CompactionGroup>();
        foreach (var partition in tasks.Where(IsCandidate).GroupBy(task => _partitions.Of(task.File)))
        {
            groups.AddRange(Pack(partition).Where(IsWorthIt).Select(group => new CompactionGroup(partition.Key, group)));
        }

        return [.. groups.OrderByDescending(group => group.Tasks.Length)];
    }

    private bool IsCandidate(ScanTask task) => IsSmall(task.File) || MustBeRewritten(task);

    private bool IsSmall(DataFile file) => file.FileSizeInBytes < _target * options.MinFileShare;

    private bool MustBeRewritten(ScanTask task) => task.File.SpecId != table.DefaultSpecId || IsTooLarge(task.File) || HasTooManyDeletes(task);

    /// <summary>A file of one row group becomes no smaller.</summary>
    private bool IsTooLarge(DataFile file) => file.FileSizeInBytes > _target * options.MaxFileShare && file.RecordCount > RewriteRequest.LeastRows;

    private bool HasTooManyDeletes(ScanTask task) => task.Deletes.Length > 0
        && (task.Deletes.Length >= options.DeleteFileThreshold
            || task.Deletes.Sum(delete => delete.File.RecordCount) >= task.File.RecordCount * options.DeletedRowShare);

    /// <summary>
    /// One that must be rewritten is; others only where there are fewer files afterwards, and either many of them go into one or they fill one.
    /// </summary>
    private bool IsWorthIt(ImmutableArray<ScanTask> group)
    {
        if (group.Any(MustBeRewritten))
        {
            return true;
        }

        var bytes = group.Sum(task => task.File.FileSizeInBytes);
        return group.Length > 1 && (group.Length >= options.MinInputFiles || bytes >= _target) && RewriteRequest.FilesOf(bytes, _target) < group.Length;
    }

    /// <summary>In the order in which the files were added: so the groups of a partition that rows arrive in by time are of neighbours.</summary>
    private IEnumerable<ImmutableArray<ScanTask>> Pack(IEnumerable<ScanTask> candidates) => EvenPacking.Of(
        [.. candidates.OrderBy(task => task.Spec.SpecId).ThenBy(task => task.FileSequenceNumber).ThenBy(task => task.File.FilePath, StringComparer.Ordinal)],
        options.MaxGroupBytes ?? (4 * _target));
}
