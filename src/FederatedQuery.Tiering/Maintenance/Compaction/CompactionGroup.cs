using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>Files that are rewritten together.</summary>
/// <param name="Partition">Where their rows go; null: to several partitions.</param>
internal sealed record CompactionGroup(PartitionData? Partition, ImmutableArray<ScanTask> Tasks)
{
    public long Bytes => Tasks.Sum(task => task.File.FileSizeInBytes);

    public IEnumerable<DataFile> Files => Tasks.Select(task => task.File);

    public IEnumerable<DataFile> Deletes => Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Distinct();
}
