using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Deletes rows one by one, by delete files, and adds rows: DELETE, UPDATE and MERGE that leave data files as they are (merge on read), but for those of
/// which no row is left.
/// </summary>
public sealed class RowDelta : SnapshotChange
{
    private readonly ImmutableArray<DataFile> _rows;
    private readonly ImmutableArray<DataFile> _deletes;

    /// <param name="deletes">Position and equality delete files.</param>
    /// <param name="rows">Data files.</param>
    /// <exception cref="IcebergException">InvalidMetadata: a file is given twice or is not what it is given as.</exception>
    public RowDelta(ImmutableArray<DataFile> deletes, ImmutableArray<DataFile> rows)
    {
        AddedFiles = [.. AddedFile.Of(rows, isData: true), .. AddedFile.Of(deletes, isData: false)];
        _rows = rows;
        _deletes = deletes;
    }

    /// <summary>Data files all of whose rows are deleted: they leave the table, with the deletes that are about them alone.</summary>
    public ImmutableArray<DataFile> Removed { get; init; } = [];

    /// <summary>Delete files that leave the table, because added ones say what they said.</summary>
    public ImmutableArray<DataFile> RemovedDeletes { get; init; } = [];

    /// <summary>
    /// Locations of the data files that the position deletes are about, beyond those that name theirs (<c>referenced_data_file</c>). They must still be in
    /// the table: where one was rewritten, its rows are elsewhere now.
    /// </summary>
    public ImmutableArray<string> ReferencedDataFiles { get; init; } = [];

    /// <summary>Null: only for deletes that do not depend on what the table holds, as equality deletes by key.</summary>
    public ConflictCheck? Check { get; init; }

    private protected override string Operation => (_rows.IsEmpty, _deletes.IsEmpty && Removed.IsEmpty) switch
    {
        (false, true) => "append",
        (true, false) => "delete",
        _ => "overwrite",
    };

    private protected override ImmutableArray<AddedFile> AddedFiles { get; }

    private protected override FileSelection? RemovedData(TableMetadata table) => FilesByName.OrNone(table, Removed);

    private protected override FileSelection? RemovedDeleteFiles(TableMetadata table) => FilesByName.OrNone(table, RemovedDeletes);

    private protected override async Task ValidateAsync(ConcurrentChanges changes, CancellationToken cancellationToken)
    {
        if (Check is null)
        {
            return;
        }

        var referenced = _deletes.Select(file => file.ReferencedDataFile).OfType<string>().Concat(ReferencedDataFiles).ToHashSet(StringComparer.Ordinal);
        if (referenced.Count > 0)
        {
            // A file that was deleted as a whole meanwhile has no rows left to delete, but an UPDATE would bring them back.
            await changes.RequireNoRemovedDataAsync(Check, file => referenced.Contains(file.FilePath), ignoreDeletes: _rows.IsEmpty, cancellationToken);
        }

        var mayMatch = changes.MayMatch(Check.Filter ?? Expression.True);
        if (Check.Isolation == CommitIsolation.Serializable)
        {
            await changes.RequireNoAddedDataAsync(Check, mayMatch, cancellationToken);
        }

        if (!_rows.IsEmpty)
        {
            await changes.RequireNoAddedDeletesAsync(Check, mayMatch, cancellationToken);
        }
    }
}
