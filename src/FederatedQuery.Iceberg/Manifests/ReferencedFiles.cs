using System.Runtime.CompilerServices;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>What a table still needs: every other file below its location is an orphan.</summary>
public static class ReferencedFiles
{
    /// <summary>Manifests that are read at a time.</summary>
    private const int ReadAtOnce = 8;

    /// <summary>
    /// Locations exactly as written, each once: the metadata file and those of its log, statistics, and of every snapshot that is listed the manifest
    /// list, the manifests and the live data and delete files.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="metadataLocation">Its metadata file.</param>
    /// <param name="manifests">Reads manifests.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public static async IAsyncEnumerable<string> ListAsync(
        TableMetadata table, string metadataLocation, ManifestCache manifests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var location in StreamAsync(table, metadataLocation, manifests, locations: null, cancellationToken))
        {
            if (seen.Add(location))
            {
                yield return location;
            }
        }
    }

    /// <summary>
    /// As <see cref="ListAsync"/> in memory that does not grow with the number of data files: one that several manifests list comes as often.
    /// </summary>
    /// <param name="locations">Where the table's files may lie; null: where its metadata says.</param>
    /// <inheritdoc cref="ListAsync"/>
    public static async IAsyncEnumerable<string> StreamAsync(
        TableMetadata table, string metadataLocation, ManifestCache manifests, TableLocations? locations, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var location in FilesOfMetadata(table, metadataLocation))
        {
            yield return location;
        }

        // A manifest is shared by many snapshots and read once.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var snapshot in table.Snapshots)
        {
            var list = locations is null
                ? await manifests.GetManifestsAsync(snapshot, cancellationToken)
                : await manifests.GetManifestsAsync(snapshot, locations, cancellationToken);
            foreach (var several in list.Where(manifest => seen.Add(manifest.ManifestPath)).Chunk(ReadAtOnce))
            {
                foreach (var entries in await Task.WhenAll(several.Select(manifest => locations is null
                    ? manifests.GetEntriesAsync(table, manifest, cancellationToken)
                    : manifests.GetEntriesAsync(table, manifest, locations, cancellationToken))))
                {
                    foreach (var entry in entries)
                    {
                        if (entry.IsLive)
                        {
                            yield return entry.DataFile.FilePath;
                        }
                    }
                }

                foreach (var manifest in several)
                {
                    yield return manifest.ManifestPath;
                }
            }
        }
    }

    private static IEnumerable<string> FilesOfMetadata(TableMetadata table, string metadataLocation) =>
        table.MetadataLog.Select(entry => entry.MetadataFile)
            .Prepend(metadataLocation)
            .Concat(table.Statistics.Concat(table.PartitionStatistics).Select(file => file.StatisticsPath))
            .Concat(table.Snapshots.Select(snapshot => snapshot.ManifestList).OfType<string>());
}
