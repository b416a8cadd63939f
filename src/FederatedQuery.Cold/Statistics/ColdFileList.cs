using FederatedQuery.Iceberg.Spec;
using static FederatedQuery.Cold.Statistics.ColdFileLists;

namespace FederatedQuery.Cold.Statistics;

/// <summary>The data files of a snapshot, and the partitions that they make up. Immutable.</summary>
/// <param name="SnapshotId">Null: the table has none, nor files.</param>
/// <param name="All">In no order.</param>
public sealed record ColdFileList(long? SnapshotId, IReadOnlyList<ListedFile> All)
{
    /// <param name="Rows">Of the data files; rows that deletes take away count too.</param>
    /// <param name="Deletes">Delete files that apply to any of its files, each counted once for each.</param>
    public sealed record PartitionFigures(ListedPartition Partition, int Files, long Rows, long Bytes, int Deletes);

    /// <summary>Those added last first.</summary>
    /// <param name="partition">Those of the partition with that path alone; null: all.</param>
    public IReadOnlyList<ListedFile> Files(string? partition) =>
    [
        .. All.Where(file => partition is null || file.Partition.Path == partition)
            .OrderByDescending(file => file.SequenceNumber).ThenBy(file => file.File.FilePath, StringComparer.Ordinal),
    ];

    /// <summary>Of the newest layout first; of one layout by values, of times the newest first.</summary>
    public IReadOnlyList<PartitionFigures> Partitions() =>
    [
        .. All.GroupBy(file => file.Partition, ReferenceEqualityComparer.Instance)
            .Select(files => new PartitionFigures((ListedPartition)files.Key!, files.Count(), files.Sum(file => file.File.RecordCount), files.Sum(file => file.File.FileSizeInBytes), files.Sum(file => file.Deletes)))
            .Order(Comparer<PartitionFigures>.Create((left, right) => Compare(left.Partition, right.Partition))),
    ];

    private static int Compare(ListedPartition left, ListedPartition right)
    {
        if (left.Spec.SpecId != right.Spec.SpecId)
        {
            return right.Spec.SpecId.CompareTo(left.Spec.SpecId);
        }

        foreach (var (i, field) in left.Spec.Fields.Index())
        {
            var order = Compare(left.Values[i], right.Values[i], field.Transform is HourTransform or DayTransform or MonthTransform or YearTransform);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>Nulls last.</summary>
    private static int Compare(Literal? left, Literal? right, bool isTime) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        ({ } one, { } other) => isTime || one.TypeId is TypeId.Date or >= TypeId.Timestamp and <= TypeId.TimestamptzNs ? other.CompareTo(one) : one.CompareTo(other),
    };
}
