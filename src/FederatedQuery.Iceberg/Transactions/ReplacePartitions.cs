using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Puts data files in the place of everything that their partitions hold; in an unpartitioned table, of everything.</summary>
public sealed class ReplacePartitions : SnapshotChange
{
    private readonly ImmutableArray<DataFile> _added;

    /// <param name="added">At least one, all of the table's default partition spec.</param>
    /// <exception cref="IcebergException">InvalidMetadata: a file is given twice, or is no data file.</exception>
    public ReplacePartitions(params ImmutableArray<DataFile> added)
    {
        AddedFiles = AddedFile.Of(added, isData: true);
        _added = added;
    }

    /// <summary>Null: what the partitions hold when the commit is made is replaced, whoever wrote it and when.</summary>
    public ConflictCheck? Check { get; init; }

    private protected override string Operation => "overwrite";

    private protected override IEnumerable<KeyValuePair<string, string>> OwnProperties => [new("replace-partitions", "true")];

    private protected override ImmutableArray<AddedFile> AddedFiles { get; }

    private protected override FileSelection? RemovedData(TableMetadata table)
    {
        var other = _added.FirstOrDefault(file => file.SpecId != table.DefaultSpecId);
        return other is null
            ? new FilesByPartition(new PartitionSet(table, _added))
            : throw IcebergException.ValidationFailed(
                $"Cannot replace the partition of '{other.FilePath}': it is of partition spec {other.SpecId}, and the table is partitioned by spec {table.DefaultSpecId} now. "
                + "Write the file again.");
    }

    private protected override async Task ValidateAsync(ConcurrentChanges changes, CancellationToken cancellationToken)
    {
        if (Check is null)
        {
            return;
        }

        var partitions = new PartitionSet(changes.Table, _added);
        if (Check.Isolation == CommitIsolation.Serializable)
        {
            await changes.RequireNoAddedDataAsync(Check, partitions.Contains, cancellationToken);
        }

        await changes.RequireNoAddedDeletesAsync(Check, partitions.Contains, cancellationToken);
        await changes.RequireNoRemovedDataAsync(Check, partitions.Contains, ignoreDeletes: false, cancellationToken);
    }
}
