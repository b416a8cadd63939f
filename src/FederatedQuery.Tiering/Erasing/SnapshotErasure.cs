using FederatedQuery.Cold;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Erasures;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Expiry;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>
/// The past of an erasure: snapshots whose files hold matching rows are expired, and those whose manifests still list such files as removed, for there the bounds of their values
/// stand.
/// </summary>
public sealed class SnapshotErasure(
    ColdTables coldTables, ColdEraser eraser, ManifestCache manifests, SnapshotExpirer expirer, JobCatalogs catalogs, ErasureStore store)
{
    /// <summary>Refuses to begin while a branch or tag holds matching rows: dropping it is not for us to decide.</summary>
    /// <exception cref="TieringException">NotAllowed; names them.</exception>
    public async Task RequireFreeRefsAsync(ColdTable cold, RowMatch match, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        var holding = new List<string>();
        // Branches of changes under way are waited for.
        foreach (var (name, reference) in cold.Metadata.Refs.Where(item => item.Key != SnapshotRef.MainBranch && !item.Key.StartsWith(ColdBranches.Prefix, StringComparison.Ordinal)))
        {
            if (cold.Metadata.FindSnapshot(reference.SnapshotId) is { } snapshot && (await eraser.FindAsync(cold, snapshot, match, known, cancellationToken)).Count > 0)
            {
                holding.Add($"{(reference.Type == SnapshotRefType.Tag ? "tag" : "branch")} '{name}'");
            }
        }

        if (holding.Count > 0)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Nothing was erased from table '{cold.Identifier}': such rows are also held by its {string.Join(", ", holding)}. Drop {(holding.Count == 1 ? "it" : "them")} first, and erase again.");
        }
    }

    /// <summary>Expires what shows the rows, in the newest state of the table.</summary>
    /// <returns>Branches and tags whose manifests may still show bounds of files that were removed before.</returns>
    public async Task<IReadOnlyList<string>> ExpireAsync(ErasedTable table, RowMatch match, Job job, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        var identifier = table.Identifier;
        if (await coldTables.FindAsync(identifier, null, cancellationToken) is not { } cold)
        {
            return [];
        }

        table.Columns?.Require(cold);
        foreach (var snapshot in cold.Metadata.Snapshots)
        {
            await eraser.FindAsync(cold, snapshot, match, known, cancellationToken);
        }

        var shown = await ShowingAsync(cold.Metadata, known, cancellationToken);
        var heads = cold.Metadata.Refs.Values.Select(reference => reference.SnapshotId).Append(cold.Metadata.CurrentSnapshotId ?? 0).ToHashSet();
        var expired = shown.Where(id => !heads.Contains(id)).ToHashSet();
        if (expired.Count > 0)
        {
            await RecordAsync(cold, expired, match, known, job, cancellationToken);
            var catalog = catalogs.Of(job, async (transaction, staged, token) =>
                await ErasureStore.AddStepAsync(transaction, job.Id, null, new ErasureFigures(Snapshots: expired.Count), token));
            await expirer.ExpireAsync(catalog, identifier, metadata => Without(metadata, expired), cancellationToken);
        }

        return [.. cold.Metadata.Refs.Where(reference => shown.Contains(reference.Value.SnapshotId)).Select(reference => reference.Key)];
    }

    private static TableMetadata Without(TableMetadata metadata, HashSet<long> expired)
    {
        var heads = metadata.Refs.Values.Select(reference => reference.SnapshotId).ToHashSet();
        var ids = metadata.Snapshots.Select(snapshot => snapshot.SnapshotId).Where(id => expired.Contains(id) && !heads.Contains(id)).ToList();
        return ids.Count == 0 ? metadata : metadata.WithoutSnapshots(ids);
    }

    /// <summary>Snapshots that name a file with such rows, or that name one as removed into which nobody can look any more.</summary>
    private async Task<HashSet<long>> ShowingAsync(TableMetadata metadata, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        var removed = new Dictionary<long, List<string>>();
        var showing = new HashSet<long>();
        foreach (var snapshot in metadata.Snapshots)
        {
            var gone = removed[snapshot.SnapshotId] = [];
            foreach (var manifest in (await manifests.GetManifestsAsync(snapshot, cancellationToken)).Where(manifest => manifest.Content == ManifestContent.Data))
            {
                foreach (var entry in await manifests.GetEntriesAsync(metadata, manifest, cancellationToken))
                {
                    var location = entry.DataFile.FilePath;
                    if (!entry.IsLive)
                    {
                        gone.Add(location);
                        continue;
                    }

                    live.Add(location);
                    if (known.GetValueOrDefault(location))
                    {
                        showing.Add(snapshot.SnapshotId);
                    }
                }
            }
        }

        showing.UnionWith(removed.Where(snapshot => snapshot.Value.Exists(location => known.GetValueOrDefault(location) || !live.Contains(location)))
            .Select(snapshot => snapshot.Key));
        return showing;
    }

    /// <summary>The files that go with them, to be seen to be gone: data files with such rows, manifests and their lists.</summary>
    private async Task RecordAsync(
        ColdTable cold, HashSet<long> expired, RowMatch match, Dictionary<string, bool> known, Job job, CancellationToken cancellationToken)
    {
        var staying = new HashSet<string>(StringComparer.Ordinal);
        var going = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var snapshot in cold.Metadata.Snapshots)
        {
            var goes = expired.Contains(snapshot.SnapshotId);
            foreach (var manifest in await manifests.GetManifestsAsync(snapshot, cancellationToken))
            {
                if (goes)
                {
                    going[manifest.ManifestPath] = manifest.ManifestLength;
                }
                else
                {
                    staying.Add(manifest.ManifestPath);
                }
            }

            if (goes && snapshot.ManifestList is { } list)
            {
                going[list] = null;
            }

            foreach (var file in goes ? await eraser.FindAsync(cold, snapshot, match, known, cancellationToken) : [])
            {
                going[file.FilePath] = file.FileSizeInBytes;
            }
        }

        await store.AddFilesAsync(
            job.Id, cold.Identifier, going.Where(file => !staying.Contains(file.Key)).Select(file => (file.Key, file.Value)), cancellationToken);
    }
}
