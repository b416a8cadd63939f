using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Puts files in the place of others that hold the same rows (compaction, sorting, another layout): the table's content does not change. The new data
/// files are as old as the snapshot they were read from, so that equality deletes that others commit meanwhile apply to them too.
/// </summary>
public sealed class RewriteFiles : SnapshotChange
{
    private readonly long? _fromSnapshotId;
    private ImmutableArray<AddedFile> _addedWithAge;

    /// <param name="fromSnapshotId">The snapshot that the removed files were read in, with all its deletes applied.</param>
    public RewriteFiles(long fromSnapshotId) => _fromSnapshotId = fromSnapshotId;

    /// <summary>Data files to remove.</summary>
    public ImmutableArray<DataFile> Removed { get; init; } = [];

    /// <summary>Data files with the rows of <see cref="Removed"/>, without those that were deleted.</summary>
    public ImmutableArray<DataFile> Added { get; init; } = [];

    /// <summary>Delete files to remove.</summary>
    public ImmutableArray<DataFile> RemovedDeletes { get; init; } = [];

    /// <summary>Delete files that say the same as <see cref="RemovedDeletes"/> together.</summary>
    public ImmutableArray<DataFile> AddedDeletes { get; init; } = [];

    private protected override string Operation => "replace";

    private protected override ImmutableArray<AddedFile> AddedFiles => _addedWithAge;

    private protected override FileSelection? RemovedData(TableMetadata table) => FilesByName.OrNone(table, Removed);

    private protected override FileSelection? RemovedDeleteFiles(TableMetadata table) => FilesByName.OrNone(table, RemovedDeletes);

    private protected override async Task ValidateAsync(ConcurrentChanges changes, CancellationToken cancellationToken)
    {
        if (Removed.IsEmpty && RemovedDeletes.IsEmpty)
        {
            throw IcebergException.InvalidMetadata("A rewrite replaces files: name those that it removes.");
        }

        var age = changes.SequenceNumberOf(_fromSnapshotId);
        if (_addedWithAge.IsDefault)
        {
            _addedWithAge = [.. AddedFile.Of(Added, isData: true, age), .. AddedFile.Of(AddedDeletes, isData: false, age)];
        }

        await changes.RequireNoDeletesOfAsync(
            new ConflictCheck { FromSnapshotId = _fromSnapshotId }, Removed, ignoreEqualityDeletes: true, cancellationToken);
    }
}
