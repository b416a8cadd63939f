using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Statistics;

/// <summary>The data files of a cold table's snapshot, from its manifests alone; no data file is opened.</summary>
public sealed class ColdFileLists(ManifestCache manifests)
{
    private readonly ScanPlanner _planner = new(manifests);

    /// <param name="table">Whose files.</param>
    /// <param name="snapshotId">One that the table still has; null: the current one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Iceberg.IcebergException">NotFound: there is no such snapshot (any more).</exception>
    public async Task<ColdFileList> ReadAsync(ColdTable table, long? snapshotId, CancellationToken cancellationToken)
    {
        var scan = snapshotId is { } id ? table.Scan.AtSnapshot(id) : table.Scan;
        var plan = await _planner.PlanAsync(scan, cancellationToken);
        var committed = new Dictionary<long, DateTimeOffset>();
        foreach (var snapshot in table.Metadata.Snapshots)
        {
            committed[snapshot.SequenceNumber] = DateTimeOffset.FromUnixTimeMilliseconds(snapshot.TimestampMs);
        }

        // Files of a partition share its text.
        var partitions = new Dictionary<(int SpecId, PartitionData Values), ListedPartition>();
        var files = new List<ListedFile>(plan.Tasks.Length);
        foreach (var task in plan.Tasks)
        {
            var key = (task.Spec.SpecId, task.File.Partition);
            if (!partitions.TryGetValue(key, out var partition))
            {
                partitions.Add(key, partition = new ListedPartition(task.Spec, task.File.Partition, PathOf(task.Spec, task.File.Partition)));
            }

            files.Add(new ListedFile(task.File, partition, task.Deletes.Length, task.FileSequenceNumber, committed.TryGetValue(task.FileSequenceNumber, out var at) ? at : null));
        }

        return new ColdFileList(scan.Snapshot?.SnapshotId, files);
    }

    /// <summary>As folders of partitions are called, but with whole values: those of two partitions differ.</summary>
    private static string PathOf(PartitionSpec spec, PartitionData partition) => string.Join('/', spec.Fields.Select((field, i) =>
        $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Transform.ToHumanString(partition[i]))}"));

    /// <param name="Path"><c>day=2026-01-31/region=north</c>, each side percent-encoded; empty: the table is not partitioned.</param>
    public sealed record ListedPartition(PartitionSpec Spec, PartitionData Values, string Path);

    /// <param name="Deletes">Delete files that apply to it.</param>
    /// <param name="SequenceNumber">Of the snapshot that added it.</param>
    /// <param name="AddedAt">Null: that snapshot has expired.</param>
    public sealed record ListedFile(DataFile File, ListedPartition Partition, int Deletes, long SequenceNumber, DateTimeOffset? AddedAt);
}
