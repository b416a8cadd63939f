using System.Runtime.CompilerServices;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>What a table still needs: every other file below its location is an orphan.</summary>
public static class ReferencedFiles
{
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
        foreach (var location in FilesOfMetadata(table, metadataLocation))
        {
            if (seen.Add(location))
            {
                yield return location;
            }
        }

        foreach (var snapshot in table.Snapshots)
        {
            foreach (var manifest in await manifests.GetManifestsAsync(snapshot, cancellationToken))
            {
                // A manifest is shared by many snapshots and read once.
                if (!seen.Add(manifest.ManifestPath))
                {
                    continue;
                }

                yield return manifest.ManifestPath;
                foreach (var entry in await manifests.GetEntriesAsync(table, manifest, cancellationToken))
                {
                    if (entry.IsLive && seen.Add(entry.DataFile.FilePath))
                    {
                        yield return entry.DataFile.FilePath;
                    }
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
