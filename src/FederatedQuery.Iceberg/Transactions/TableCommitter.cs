using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// Commits changes to tables (spec: Commit Conflict Resolution and Retry): apply them to the current state, write the new metadata, have the catalog
/// compare and set; when somebody else was first, reload and apply again. Safe for concurrent use.
/// </summary>
public sealed partial class TableCommitter
{
    private readonly ObjectStoreRegistry _stores;
    private readonly ManifestCache _manifests;
    private readonly CommitOptions _options;
    private readonly TimeProvider _timeProvider;

    public TableCommitter(ObjectStoreRegistry stores, ManifestCache manifests, CommitOptions options, TimeProvider timeProvider)
    {
        _stores = stores;
        _manifests = manifests;
        _options = options;
        _timeProvider = timeProvider;
    }

    /// <summary>
    /// Commits the changes together, in their order, as one new state of the table. When the catalog's answer is lost, the table is looked at: a commit
    /// that happened is reported as such, one that did not is tried again; it is never made twice.
    /// </summary>
    /// <returns>The table after the commit, with what others may have committed on top of it.</returns>
    /// <exception cref="IcebergException">
    /// CommitConflict: others were first in every attempt. CommitStateUnknown: the catalog's answer was lost, and so were all later ones. ValidationFailed:
    /// what others committed does not go together with the changes. NotFound, InvalidMetadata, Unsupported: the
    /// changes do not suit the table. Whenever the commit certainly failed, its metadata files have been deleted; data files are the caller's.
    /// </exception>
    public async Task<CatalogTable> CommitAsync(
        ICatalog catalog, TableIdentifier identifier, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var files = new CommitFiles(_stores, _manifests, _timeProvider);
        var lost = new List<StagedCommit>();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var table = await catalog.LoadTableAsync(identifier, cancellationToken);
                if (lost.Count > 0 && IsIn(table, changes, lost))
                {
                    return table;
                }

                var staged = await StageAsync(table, changes, files, cancellationToken);
                if (await TryCommitAsync(catalog, staged, lost, isLast: attempt == _options.MaxAttempts, cancellationToken) is { } committed)
                {
                    await DeleteLeftoversAsync(files, lost, cancellationToken);
                    return committed;
                }

                if (!lost.Contains(staged))
                {
                    await files.DeleteAsync(staged.AttemptFiles, cancellationToken);
                }

                if (attempt == _options.MaxAttempts)
                {
                    throw new IcebergException(
                        IcebergErrorKind.CommitConflict,
                        $"Commit to table '{identifier}' failed: in each of {attempt} attempts somebody else committed first. Try again later.");
                }

                await Task.Delay(DelayBefore(attempt + 1), _timeProvider, cancellationToken);
            }
        }
        catch (Exception exception) when (lost.Count > 0 && exception is not IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
        {
            // One of the lost attempts may have been made: its files must stay, and the caller must know.
            throw Unknown(lost[^1], exception);
        }
        catch (Exception exception) when (exception is not IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
        {
            // Certainly not committed: every lost answer is CommitStateUnknown. The caller may have given up, so its token is not used.
            await files.DeleteAsync(files.OfAttempt.Concat(files.Kept), CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Writes all files of a commit and stops before the catalog: for callers who make the compare-and-set part of a transaction of their own. If that
    /// fails, call <see cref="DiscardAsync"/>, or leave the files to orphan removal.
    /// </summary>
    public async Task<StagedCommit> StageAsync(CatalogTable table, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var files = new CommitFiles(_stores, _manifests, _timeProvider);
        try
        {
            var staged = await StageAsync(table, changes, files, cancellationToken);
            return staged with { AttemptFiles = [.. staged.AttemptFiles, .. files.Kept] };
        }
        catch
        {
            await files.DeleteAsync(files.OfAttempt.Concat(files.Kept), CancellationToken.None);
            throw;
        }
    }

    /// <summary>Deletes the metadata files of a staged commit that was not, and will not be, committed.</summary>
    public Task DiscardAsync(StagedCommit staged, CancellationToken cancellationToken) =>
        new CommitFiles(staged.Stores ?? _stores, _manifests, _timeProvider).DeleteAsync(staged.AttemptFiles, cancellationToken);

    /// <returns>Null also when the answer was lost, which <paramref name="lost"/> then says.</returns>
    private static async Task<CatalogTable?> TryCommitAsync(
        ICatalog catalog, StagedCommit staged, List<StagedCommit> lost, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.TryCommitAsync(staged, cancellationToken);
        }
        catch (IcebergException unknown) when (unknown.Kind == IcebergErrorKind.CommitStateUnknown && !isLast && !cancellationToken.IsCancellationRequested)
        {
            // A later attempt starts from what the catalog has by then, and of two that start from the same state only one can be made.
            lost.Add(staged);
            return null;
        }
    }

    /// <summary>Whether one of the attempts whose answer was lost was made, by the table's metadata files or by the snapshots it has.</summary>
    private static bool IsIn(CatalogTable table, IReadOnlyList<TableChange> changes, List<StagedCommit> lost) => changes.Any(change => change.IsIn(table.Metadata))
        || lost.Any(staged => staged.NewLocation == table.MetadataLocation
            || table.Metadata.MetadataLog.Any(entry => entry.MetadataFile == staged.NewLocation));

    /// <summary>What attempts wrote that this one had no use for. That it stays behind is no reason to call the commit failed.</summary>
    private static async Task DeleteLeftoversAsync(CommitFiles files, List<StagedCommit> lost, CancellationToken cancellationToken)
    {
        try
        {
            await files.DeleteAsync(files.Unused.Concat(lost.SelectMany(staged => staged.AttemptFiles)), cancellationToken);
        }
        catch (Exception exception) when (exception is ObjectStoreException or OperationCanceledException)
        {
            // Unreferenced files are what orphan removal is for.
        }
    }

    private static IcebergException Unknown(StagedCommit staged, Exception cause) => new(
        IcebergErrorKind.CommitStateUnknown,
        $"Whether the commit to table '{staged.Identifier}' was made is not known: the catalog's answer was lost, and what followed failed: {cause.Message} "
        + $"Load the table and look for '{staged.NewLocation}'.",
        cause);

    private static async Task<StagedCommit> StageAsync(
        CatalogTable table, IReadOnlyList<TableChange> changes, CommitFiles files, CancellationToken cancellationToken)
    {
        WritableTables.CheckIsOwn(table);
        files.BeginAttempt(table.Stores);
        var next = table.Metadata;
        foreach (var change in changes)
        {
            next = await change.ApplyAsync(next, files, cancellationToken);
        }

        next = next.PrepareCommit(table.Metadata, table.MetadataLocation, files.NowMs);
        var location = TableMetadataFile.NextLocation(next, table.MetadataLocation);
        if (!table.CatalogWritesMetadata)
        {
            await files.WriteAsync(location, next.ToJson(), isKept: false, cancellationToken);
        }

        return new StagedCommit
        {
            Identifier = table.Identifier,
            PreviousLocation = table.MetadataLocation,
            NewLocation = location,
            Base = table.Metadata,
            Metadata = next,
            AttemptFiles = [.. files.OfAttempt],
            Stores = table.Stores,
        };
    }

    /// <summary>Doubles from attempt to attempt up to a limit; of that a random part, so that racing writers do not stay in step.</summary>
    private TimeSpan DelayBefore(int attempt)
    {
        var limit = Math.Min(_options.MaxDelay.TotalMilliseconds, _options.MinDelay.TotalMilliseconds * Math.Pow(2, attempt - 2));
        return TimeSpan.FromMilliseconds(limit * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
