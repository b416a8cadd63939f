using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Removes whole data files, by a filter or by name, and adds others in their place, or none. A file that a filter matches in part is an error: rows
/// are deleted one by one with <see cref="RowDelta"/>.
/// </summary>
public sealed class OverwriteFiles : SnapshotChange
{
    private readonly ImmutableArray<DataFile> _added;

    /// <param name="added">Data files that come into the table.</param>
    /// <exception cref="IcebergException">InvalidMetadata: a file is given twice, or is no data file.</exception>
    public OverwriteFiles(params ImmutableArray<DataFile> added)
    {
        AddedFiles = AddedFile.Of(added, isData: true);
        _added = added;
    }

    /// <summary>Every file all of whose rows match leaves the table; looked up anew in each attempt. Null: none but <see cref="Removed"/>.</summary>
    public Expression? Filter { get; init; }

    /// <summary>Data files that leave the table; that one is not there any more fails the commit.</summary>
    public ImmutableArray<DataFile> Removed { get; init; } = [];

    /// <summary>Null: what others commit at the same time does not matter, as with a deletion that is looked up anew in each attempt.</summary>
    public ConflictCheck? Check { get; init; }

    private protected override string Operation => _added.IsEmpty ? "delete" : Filter is null && Removed.IsEmpty ? "append" : "overwrite";

    private protected override ImmutableArray<AddedFile> AddedFiles { get; }

    private protected override FileSelection? RemovedData(TableMetadata table)
    {
        FileSelection? byName = FilesByName.OrNone(table, Removed);
        FileSelection? byFilter = Filter is null ? null : new FilesByFilter(table, Filter);
        return byName is not null && byFilter is not null ? new FilesOfAny(byName, byFilter) : byName ?? byFilter;
    }

    private protected override async Task ValidateAsync(ConcurrentChanges changes, CancellationToken cancellationToken)
    {
        if (Check is null)
        {
            return;
        }

        var mayMatch = changes.MayMatch(Check.Filter ?? Filter ?? Expression.True);
        if (Check.Isolation == CommitIsolation.Serializable)
        {
            await changes.RequireNoAddedDataAsync(Check, mayMatch, cancellationToken);
        }

        if (Filter is not null)
        {
            await changes.RequireNoAddedDeletesAsync(Check, mayMatch, cancellationToken);
            await changes.RequireNoRemovedDataAsync(Check, mayMatch, ignoreDeletes: false, cancellationToken);
        }

        await changes.RequireNoDeletesOfAsync(Check, Removed, ignoreEqualityDeletes: false, cancellationToken);
    }
}
