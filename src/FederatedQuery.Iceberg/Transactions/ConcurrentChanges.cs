using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>
/// What others committed between the snapshot that a change was planned on and the one it is applied to, and whether that goes together with the change
/// (spec: Commit Conflict Resolution and Retry). For one attempt of one commit.
/// </summary>
internal sealed class ConcurrentChanges(TableMetadata table, Snapshot? parent, ManifestCache manifests)
{
    private const string Append = "append";
    private const string Overwrite = "overwrite";
    private const string Replace = "replace";
    private const string Delete = "delete";

    public TableMetadata Table => table;

    /// <summary>The sequence number of the snapshot that the change was planned on; 0 for none.</summary>
    public long SequenceNumberOf(long? fromSnapshotId) => fromSnapshotId is { } id ? Find(id).SequenceNumber : 0;

    /// <exception cref="IcebergException">ValidationFailed: a data file was added that may hold rows of interest.</exception>
    public async Task RequireNoAddedDataAsync(ConflictCheck check, Func<DataFile, bool> mayMatch, CancellationToken cancellationToken)
    {
        // A compaction adds files too, of rows that were there before.
        foreach (var entry in await EntriesAsync(check, ManifestContent.Data, ManifestEntryStatus.Added, [Append, Overwrite], cancellationToken))
        {
            if (mayMatch(entry.DataFile))
            {
                throw Conflict(entry, "added, and it may hold rows that the change is about");
            }
        }
    }

    /// <exception cref="IcebergException">ValidationFailed: rows of interest may have been deleted one by one.</exception>
    public async Task RequireNoAddedDeletesAsync(ConflictCheck check, Func<DataFile, bool> mayMatch, CancellationToken cancellationToken)
    {
        foreach (var entry in await EntriesAsync(check, ManifestContent.Deletes, ManifestEntryStatus.Added, [Overwrite, Delete], cancellationToken))
        {
            if (mayMatch(entry.DataFile))
            {
                throw Conflict(entry, "added, and it may delete rows that the change is about");
            }
        }
    }

    /// <param name="check">Since when.</param>
    /// <param name="files">Data files that the change replaces.</param>
    /// <param name="ignoreEqualityDeletes">The replacements are as old as the files, so that such deletes apply to them just as well.</param>
    /// <exception cref="IcebergException">ValidationFailed: rows of one of the files were deleted, which would come back.</exception>
    public async Task RequireNoDeletesOfAsync(
        ConflictCheck check, IReadOnlyCollection<DataFile> files, bool ignoreEqualityDeletes, CancellationToken cancellationToken)
    {
        var entries = await EntriesAsync(check, ManifestContent.Deletes, ManifestEntryStatus.Added, [Overwrite, Delete], cancellationToken);
        if (entries.Count == 0)
        {
            return;
        }

        var index = new DeleteFileIndex(entries, table, LocationMap.Empty);
        var start = SequenceNumberOf(check.FromSnapshotId);
        foreach (var file in files)
        {
            var found = index.DeletesFor(file, start).FirstOrDefault(delete => !ignoreEqualityDeletes || delete.File.Content != FileContent.EqualityDeletes);
            if (found is not null)
            {
                throw IcebergException.ValidationFailed(
                    $"Rows of '{file.FilePath}' were deleted meanwhile (by '{found.File.FilePath}') and would come back with what replaces it. Plan the change again.");
            }
        }
    }

    /// <exception cref="IcebergException">ValidationFailed: a data file of interest was removed.</exception>
    public async Task RequireNoRemovedDataAsync(ConflictCheck check, Func<DataFile, bool> mayMatch, bool ignoreDeletes, CancellationToken cancellationToken)
    {
        string[] operations = ignoreDeletes ? [Overwrite, Replace] : [Overwrite, Replace, Delete];
        foreach (var entry in await EntriesAsync(check, ManifestContent.Data, ManifestEntryStatus.Deleted, operations, cancellationToken))
        {
            if (mayMatch(entry.DataFile))
            {
                throw Conflict(entry, "removed, and the change relies on it");
            }
        }
    }

    /// <summary>Whether a file can hold rows that match.</summary>
    public Func<DataFile, bool> MayMatch(Expression filter)
    {
        var bound = filter.Bind(table.CurrentSchema);
        var specs = new SpecFilters(TableScan.Of(table), bound);
        return file => specs.Matches(file) && (file.Content != FileContent.Data || bound.IsTrue || MetricsEvaluator.MayMatch(bound, file.Metrics));
    }

    private async Task<List<ManifestEntry>> EntriesAsync(
        ConflictCheck check, ManifestContent content, ManifestEntryStatus status, string[] operations, CancellationToken cancellationToken)
    {
        var found = new List<ManifestEntry>();
        foreach (var snapshot in Since(check.FromSnapshotId).Where(snapshot => snapshot.Operation is null || operations.Contains(snapshot.Operation)))
        {
            foreach (var manifest in await manifests.GetManifestsAsync(snapshot, cancellationToken))
            {
                if (manifest.Content == content && manifest.AddedSnapshotId == snapshot.SnapshotId)
                {
                    found.AddRange((await manifests.GetEntriesAsync(table, manifest, cancellationToken))
                        .Where(entry => entry.Status == status && entry.SnapshotId == snapshot.SnapshotId));
                }
            }
        }

        return found;
    }

    private List<Snapshot> Since(long? fromSnapshotId)
    {
        var since = new List<Snapshot>();
        if (parent is null)
        {
            return since;
        }

        foreach (var snapshot in table.AncestorsOf(parent.SnapshotId))
        {
            if (snapshot.SnapshotId == fromSnapshotId)
            {
                return since;
            }

            since.Add(snapshot);
        }

        // The oldest one listed must be the first there was, or what its parents did is not known.
        return fromSnapshotId is null && since[^1].ParentSnapshotId is null
            ? since
            : throw IcebergException.ValidationFailed(
                $"What happened to table '{table.Location}' since snapshot {fromSnapshotId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} cannot be "
                + "told: it is expired or not in the history of the branch. Plan the change again.");
    }

    private Snapshot Find(long id) => table.FindSnapshot(id) ?? throw IcebergException.ValidationFailed(
        $"Table '{table.Location}' has no snapshot {id} (any more), which the change was planned on. Plan it again.");

    private static IcebergException Conflict(ManifestEntry entry, string what) => IcebergException.ValidationFailed(
        $"'{entry.DataFile.FilePath}' was meanwhile {what} (snapshot {entry.SnapshotId}). Plan the change again.");
}
