using System.Runtime.CompilerServices;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>A file that a table names no longer.</summary>
/// <param name="Location">As the table's metadata wrote it.</param>
/// <param name="SizeBytes">Null: not known from metadata.</param>
public readonly record struct UnreachableFile(string Location, long? SizeBytes);

/// <summary>
/// What a table loses with its snapshots: the files that one state of it names and a later one does not, which differ in the snapshots they list
/// (spec: Snapshot Retention Policy).
/// </summary>
public static class UnreachableFiles
{
    /// <summary>Data files that are compared at once, which bounds memory: the manifests that stay are read once for each such group.</summary>
    private const int FilesAtOnce = 100_000;

    private const int ReadAtOnce = 8;

    /// <summary>
    /// Manifest lists, manifests, live data and delete files, and statistics that snapshots of <paramref name="before"/> name and those of <paramref name="after"/> do not. Metadata
    /// files are not among them. A file may come more than once. Manifests of snapshots that go may be missing, as after a deletion that was cut
    /// short: what they named is not known.
    /// </summary>
    /// <param name="before">The table as it was.</param>
    /// <param name="after">The table with fewer snapshots, and perhaps with others.</param>
    /// <param name="manifests">Reads manifests.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="IcebergException">A manifest of a snapshot that stays cannot be read.</exception>
    /// <exception cref="ObjectStoreException">The same.</exception>
    public static async IAsyncEnumerable<UnreachableFile> ListAsync(
        TableMetadata before, TableMetadata after, ManifestCache manifests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(manifests);
        foreach (var file in FilesOfMetadata(before).ExceptBy(FilesOfMetadata(after).Select(file => file.Location), file => file.Location))
        {
            yield return file;
        }

        var staying = new Dictionary<string, ManifestFile>(StringComparer.Ordinal);
        foreach (var snapshot in after.Snapshots)
        {
            foreach (var manifest in await manifests.GetManifestsAsync(snapshot, cancellationToken))
            {
                staying.TryAdd(manifest.ManifestPath, manifest);
            }
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var files = new Dictionary<string, UnreachableFile>(StringComparer.Ordinal);
        foreach (var snapshot in before.Snapshots.ExceptBy(after.Snapshots.Select(snapshot => snapshot.SnapshotId), snapshot => snapshot.SnapshotId))
        {
            var list = await TryReadAsync(() => manifests.GetManifestsAsync(snapshot, cancellationToken));
            foreach (var manifest in list.IsDefault ? [] : list)
            {
                if (staying.ContainsKey(manifest.ManifestPath) || !seen.Add(manifest.ManifestPath))
                {
                    continue;
                }

                yield return new UnreachableFile(manifest.ManifestPath, manifest.ManifestLength);
                var entries = await TryReadAsync(() => manifests.GetEntriesAsync(before, manifest, cancellationToken));
                foreach (var entry in entries.IsDefault ? [] : entries)
                {
                    if (entry.IsLive)
                    {
                        files[ObjectStoreRegistry.Normalize(entry.DataFile.FilePath)] = new UnreachableFile(entry.DataFile.FilePath, entry.DataFile.FileSizeInBytes);
                    }
                }

                if (files.Count >= FilesAtOnce)
                {
                    await RemoveNamedAsync(files, after, staying.Values, manifests, cancellationToken);
                    foreach (var file in files.Values)
                    {
                        yield return file;
                    }

                    files.Clear();
                }
            }
        }

        await RemoveNamedAsync(files, after, staying.Values, manifests, cancellationToken);
        foreach (var file in files.Values)
        {
            yield return file;
        }
    }

    private static async Task RemoveNamedAsync(
        Dictionary<string, UnreachableFile> files, TableMetadata table, IEnumerable<ManifestFile> staying, ManifestCache manifests, CancellationToken cancellationToken)
    {
        foreach (var several in staying.Chunk(ReadAtOnce))
        {
            if (files.Count == 0)
            {
                return;
            }

            foreach (var entries in await Task.WhenAll(several.Select(manifest => manifests.GetEntriesAsync(table, manifest, cancellationToken))))
            {
                foreach (var entry in entries.Where(entry => entry.IsLive))
                {
                    files.Remove(ObjectStoreRegistry.Normalize(entry.DataFile.FilePath));
                }
            }
        }
    }

    private static IEnumerable<UnreachableFile> FilesOfMetadata(TableMetadata table) =>
        table.Statistics.Concat(table.PartitionStatistics).Select(file => new UnreachableFile(file.StatisticsPath, file.FileSizeInBytes))
            .Concat(table.Snapshots.Select(snapshot => snapshot.ManifestList).OfType<string>().Select(location => new UnreachableFile(location, null)));

    /// <returns>Default when the file is missing.</returns>
    private static async Task<T> TryReadAsync<T>(Func<Task<T>> read)
        where T : struct
    {
        try
        {
            return await read();
        }
        catch (ObjectStoreException missing) when (missing.Kind == ObjectStoreErrorKind.NotFound)
        {
            return default;
        }
    }
}
