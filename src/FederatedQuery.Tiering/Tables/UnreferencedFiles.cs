using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Tiering.Tables;

/// <summary>A file below a table's location that no metadata of it names: what a crash left, or a writer has not published yet.</summary>
/// <param name="Location">As the store's: below the table's location.</param>
/// <param name="Age">Since it was written.</param>
public sealed record UnreferencedFile(string Location, long SizeBytes, TimeSpan Age);

/// <summary>Finds what crashes left behind.</summary>
public sealed class UnreferencedFiles(ColdCatalog catalog, ObjectStoreRegistry stores, ManifestCache manifests, TimeProvider time)
{
    /// <summary>By location. Young files may belong to a move or load at work.</summary>
    /// <exception cref="Iceberg.IcebergException">NotFound.</exception>
    public async Task<IReadOnlyList<UnreferencedFile>> ListAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        // What is there is listed before what is referenced: a file published in between is then not taken for unreferenced.
        var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        var root = stores.Resolve(table.Metadata.Location.TrimEnd('/'));
        var present = new List<ObjectProperties>();
        await foreach (var item in root.Store.ListAsync(root.Key + "/", cancellationToken))
        {
            present.Add(item);
        }

        table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        var referenced = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var location in ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, manifests, cancellationToken))
        {
            referenced.Add(stores.Resolve(location).Key);
        }

        var now = time.GetUtcNow();
        return
        [
            .. present.Where(item => !referenced.Contains(item.Key))
                .Select(item => new UnreferencedFile(
                    table.Metadata.Location.TrimEnd('/') + item.Key[root.Key.Length..], item.Length, now - item.LastModified)),
        ];
    }
}
