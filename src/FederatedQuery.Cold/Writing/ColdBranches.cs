using System.Collections.Immutable;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// Rows that are in a cold table and not yet part of it: on a branch of their own, from where they come to <c>main</c> in one commit that drops the branch, or go
/// without a trace. So a branch that is there has not been merged, whatever answers were lost. Safe for concurrent use.
/// </summary>
public sealed class ColdBranches(TableCommitter committer, ObjectStoreRegistry stores, ManifestCache manifests, TimeProvider time)
{
    /// <summary>Of the names of all such branches.</summary>
    public const string Prefix = "federated-query-";

    /// <summary>In the summaries of snapshots: the change that they are part of.</summary>
    public const string ChangeProperty = "federated-query.change-id";

    /// <summary>A property of the table: the last change that was merged.</summary>
    public const string LastChangeProperty = "federated-query.last-change";

    private const int MaximumAttempts = 50;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public static string NameOf(Guid change) => $"{Prefix}{change:N}";

    /// <summary>Commits files to a branch of their own, made from the table's present state.</summary>
    /// <param name="properties">Further entries of the snapshot's summary.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="IcebergException">CommitStateUnknown: the branch may be there. Of any other kind: it is not.</exception>
    public async Task<long> AppendAsync(
        ICatalog catalog, TableIdentifier identifier, Guid change, ImmutableArray<DataFile> files, IEnumerable<KeyValuePair<string, string>> properties,
        CancellationToken cancellationToken)
    {
        var append = new AppendFiles(files, SummaryOf(change, properties), NameOf(change));
        await committer.CommitAsync(catalog, identifier, [append], cancellationToken);
        return append.SnapshotId;
    }

    /// <summary>Brings a branch's files to <c>main</c>: as they are if nobody has committed since, else in a snapshot that follows the newest.</summary>
    /// <returns>The table without the branch.</returns>
    /// <exception cref="IcebergException">The catalog was not to be had; call again.</exception>
    public async Task<CatalogTable> MergeAsync(ICatalog catalog, TableIdentifier identifier, Guid change, CancellationToken cancellationToken)
    {
        var branch = NameOf(change);
        return await UntilGoneAsync(
            catalog,
            identifier,
            branch,
            async (table, snapshot) =>
            {
                KeyValuePair<string, string>[] mark = [KeyValuePair.Create(LastChangeProperty, change.ToString("D"))];
                if (snapshot.ParentSnapshotId == table.Metadata.CurrentSnapshotId)
                {
                    return [new MetadataChange(metadata => metadata
                        .WithRef(SnapshotRef.MainBranch, SnapshotRef.Branch(snapshot.SnapshotId), time.GetUtcNow().ToUnixTimeMilliseconds())
                        .WithoutRef(branch).WithProperties(mark))];
                }

                // The branch's snapshot stays listed, for those who read it now, until snapshots expire.
                var files = await FilesAsync(table, snapshot, cancellationToken);
                var own = snapshot.Summary.Where(entry => entry.Key.StartsWith("federated-query.", StringComparison.Ordinal));
                return [new AppendFiles(files, SummaryOf(change, own)), new MetadataChange(metadata => metadata.WithoutRef(branch).WithProperties(mark))];
            },
            cancellationToken);
    }

    /// <summary>Takes a branch back with its snapshot and its files. That it is not there is fine.</summary>
    /// <exception cref="IcebergException">The catalog was not to be had; call again.</exception>
    public async Task DropAsync(ICatalog catalog, TableIdentifier identifier, string branch, CancellationToken cancellationToken)
    {
        var files = ImmutableArray<string>.Empty;
        var table = await UntilGoneAsync(
            catalog,
            identifier,
            branch,
            async (table, snapshot) =>
            {
                // Manifests too: in them stand bounds of values, which nobody erases there.
                files = [.. (await FilesAsync(table, snapshot, cancellationToken)).Select(file => file.FilePath), .. await OwnMetadataAsync(table, snapshot, cancellationToken)];
                return [new MetadataChange(metadata => metadata.WithoutRef(branch).WithoutSnapshots([snapshot.SnapshotId]))];
            },
            cancellationToken);
        await DeleteAsync(table, files, cancellationToken);
    }

    /// <summary>Deletes data files that certainly are in no snapshot.</summary>
    /// <param name="table">Knows where they are.</param>
    public Task DeleteAsync(CatalogTable table, IEnumerable<DataFile> files, CancellationToken cancellationToken) =>
        DeleteAsync(table, files.Select(file => file.FilePath), cancellationToken);

    private async Task DeleteAsync(CatalogTable table, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var locations = files.Select(file => table.Locations?.Resolve(file) ?? stores.Resolve(file));
        foreach (var group in locations.GroupBy(location => location.Store))
        {
            await group.Key.DeleteAsync([.. group.Select(location => location.Key)], cancellationToken);
        }
    }

    private async Task<CatalogTable> UntilGoneAsync(
        ICatalog catalog, TableIdentifier identifier, string branch, Func<CatalogTable, Snapshot, Task<IReadOnlyList<TableChange>>> change,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var table = await catalog.LoadTableAsync(identifier, cancellationToken);
            if (table.Metadata.FindSnapshot(branch) is not { } snapshot)
            {
                return table;
            }

            var staged = await committer.StageAsync(table, await change(table, snapshot), cancellationToken);
            try
            {
                if (await catalog.TryCommitAsync(staged, cancellationToken) is { } committed)
                {
                    return committed;
                }

                await committer.DiscardAsync(staged, cancellationToken);
            }
            catch (IcebergException unknown) when (unknown.Kind == IcebergErrorKind.CommitStateUnknown && attempt < MaximumAttempts)
            {
                // The branch tells. What was staged may be in use, and if it is not, it is unreferenced.
            }

            if (attempt == MaximumAttempts)
            {
                throw new IcebergException(
                    IcebergErrorKind.CommitConflict, $"The branch '{branch}' of table '{identifier}' is still there: others committed first in {attempt} attempts.");
            }

            await Task.Delay(LongestPause * (Random.Shared.NextDouble() * attempt / MaximumAttempts), time, cancellationToken);
        }
    }

    /// <summary>What the snapshot itself has added.</summary>
    private async Task<ImmutableArray<DataFile>> FilesAsync(CatalogTable table, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var locations = LocationsOf(table);
        var files = ImmutableArray.CreateBuilder<DataFile>();
        foreach (var manifest in await manifests.GetManifestsAsync(snapshot, locations, cancellationToken))
        {
            if (manifest.Content != ManifestContent.Data || manifest.AddedSnapshotId != snapshot.SnapshotId)
            {
                continue;
            }

            var entries = await manifests.GetEntriesAsync(table.Metadata, manifest, locations, cancellationToken);
            files.AddRange(entries.Where(entry => entry.Status == ManifestEntryStatus.Added && entry.SnapshotId == snapshot.SnapshotId).Select(entry => entry.DataFile));
        }

        return files.ToImmutable();
    }

    /// <summary>The manifest list, and the manifests that were written for it.</summary>
    private async Task<IReadOnlyList<string>> OwnMetadataAsync(CatalogTable table, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var own = (await manifests.GetManifestsAsync(snapshot, LocationsOf(table), cancellationToken))
            .Where(manifest => manifest.AddedSnapshotId == snapshot.SnapshotId).Select(manifest => manifest.ManifestPath);
        return [.. own, .. snapshot.ManifestList is { } list ? new[] { list } : []];
    }

    private TableLocations LocationsOf(CatalogTable table) =>
        table.Locations ?? TableLocations.Of(stores, table.Metadata, LocationMap.Empty, table.MetadataLocation);

    private static ImmutableDictionary<string, string> SummaryOf(Guid change, IEnumerable<KeyValuePair<string, string>> properties) =>
        ImmutableDictionary.CreateRange(properties).SetItem(ChangeProperty, change.ToString("D"));
}
