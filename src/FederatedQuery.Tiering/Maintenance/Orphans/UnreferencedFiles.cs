using System.Runtime.CompilerServices;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Tiering.Maintenance.Orphans;

/// <summary>A file below a table's location that no metadata of it names: what a crash left, or a writer has not published yet.</summary>
/// <param name="Location">As the store's: below the table's location.</param>
/// <param name="Age">Since it was written.</param>
public sealed record UnreferencedFile(string Location, long SizeBytes, TimeSpan Age);

/// <summary>Finds what crashes left behind.</summary>
public sealed class UnreferencedFiles(ColdCatalog catalog, NamedFiles named, TableNeighbours neighbours, DroppedFileStore droppedFiles, TimeProvider time)
{
    /// <summary>Files that are compared with the table at once, which bounds memory: its manifests are read once for each such group.</summary>
    private const int FilesAtOnce = 50_000;

    /// <summary>
    /// By location. Young files may belong to a move or load at work. Files that wait for their deletion already are not among them, nor what lies in the folders of
    /// other tables.
    /// </summary>
    /// <param name="minimumAge">Younger files are passed over; null: none are.</param>
    /// <exception cref="IcebergException">NotFound; a manifest cannot be read.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be listed, or a manifest cannot be read.</exception>
    /// <exception cref="TieringException">NotAllowed: another table lies in the same folder or around it, so that whose files they are is not known.</exception>
    public async IAsyncEnumerable<UnreferencedFile> ListAsync(
        TableIdentifier identifier, TimeSpan? minimumAge, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        var others = await neighbours.FindAsync(table, cancellationToken);
        if (others.Around is { } around)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Whose files lie in '{table.Metadata.Location}' is not known: table '{around}' lies in that folder or around it, as table '{identifier}' does. Unregister one of the two.");
        }

        var folder = table.Metadata.Location.TrimEnd('/');
        var root = named.TryResolve(table, folder) ?? throw new TieringException(TieringErrorKind.NotAllowed, $"The folder '{folder}' of table '{identifier}' cannot be listed.");
        var now = time.GetUtcNow();
        var files = new Dictionary<ObjectLocation, UnreferencedFile>();
        await foreach (var item in root.Store.ListAsync(root.Key + "/", cancellationToken))
        {
            var file = new UnreferencedFile(folder + item.Key[root.Key.Length..], item.Length, now - item.LastModified);
            if (file.Age < minimumAge || others.Own(file.Location))
            {
                continue;
            }

            files.Add(new ObjectLocation(root.Store, item.Key), file);
            if (files.Count >= FilesAtOnce)
            {
                foreach (var orphan in await OrphansAsync(identifier, files, cancellationToken))
                {
                    yield return orphan;
                }

                files.Clear();
            }
        }

        foreach (var orphan in await OrphansAsync(identifier, files, cancellationToken))
        {
            yield return orphan;
        }
    }

    private async Task<IEnumerable<UnreferencedFile>> OrphansAsync(
        TableIdentifier identifier, Dictionary<ObjectLocation, UnreferencedFile> files, CancellationToken cancellationToken)
    {
        // What is there is listed before what is named: a file that is published in between is then not taken for unreferenced.
        await named.RemoveNamedAsync(files, await catalog.Catalog.LoadTableAsync(identifier, cancellationToken), cancellationToken);
        var waiting = await droppedFiles.FindAsync(identifier, [.. files.Values.Select(file => file.Location)], cancellationToken);
        return files.Values.Where(file => !waiting.Contains(file.Location)).OrderBy(file => file.Location, StringComparer.Ordinal);
    }
}
