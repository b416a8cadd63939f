using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>Tells which files a table names, by where they are in their store rather than by how their locations are written.</summary>
public sealed class NamedFiles(ObjectStoreRegistry stores, ManifestCache manifests)
{
    /// <summary>Where a file of the table is; null where it may not lie, so that it is not the table's to delete.</summary>
    public ObjectLocation? TryResolve(CatalogTable table, string location)
    {
        ArgumentNullException.ThrowIfNull(table);
        try
        {
            return LocationsOf(table).Resolve(location);
        }
        catch (Exception elsewhere) when (elsewhere is IcebergException { Kind: IcebergErrorKind.InvalidFile }
            or ObjectStoreException { Kind: ObjectStoreErrorKind.InvalidLocation })
        {
            return null;
        }
    }

    /// <summary>Takes those out of a set of files that the table names, in any of its snapshots; reads its manifests until none is left.</summary>
    /// <exception cref="IcebergException">A manifest cannot be read: what it names is not known.</exception>
    /// <exception cref="ObjectStoreException">The same.</exception>
    public async Task RemoveNamedAsync<T>(Dictionary<ObjectLocation, T> files, CatalogTable table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(table);
        if (files.Count == 0)
        {
            return;
        }

        var locations = LocationsOf(table);
        await foreach (var location in ReferencedFiles.StreamAsync(table.Metadata, table.MetadataLocation, manifests, locations, cancellationToken))
        {
            if (TryResolve(table, location) is { } file && files.Remove(file) && files.Count == 0)
            {
                return;
            }
        }
    }

    private TableLocations LocationsOf(CatalogTable table) =>
        table.Locations ?? TableLocations.Of(stores, table.Metadata, LocationMap.Empty, table.MetadataLocation);
}
