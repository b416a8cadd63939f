using System.Globalization;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>Where clients may put tables: inside the registered stores, in a folder that is no other table's.</summary>
internal sealed class ServedLocations(Func<SqlCatalog> catalog, ObjectStoreRegistry stores)
{
    private static readonly string[] PathProperties = ["write.metadata.path", "write.data.path"];

    /// <param name="location">As the client gave it.</param>
    /// <param name="what">Which member or property.</param>
    /// <exception cref="RestCatalogException">400.</exception>
    public ObjectLocation RequireInStore(string location, string what)
    {
        if (location.Length == 0)
        {
            throw RestCatalogException.BadRequest($"{what} is empty; a location is expected.");
        }

        try
        {
            return stores.Resolve(location);
        }
        catch (ObjectStoreException error) when (error.Kind == ObjectStoreErrorKind.InvalidLocation)
        {
            throw new RestCatalogException(400, RestErrorType.BadRequest, $"{what} cannot be used: {error.Message}", error);
        }
    }

    /// <summary>Checks the folder of a table that is created or moves.</summary>
    /// <exception cref="RestCatalogException">400.</exception>
    public async Task RequireFreeAsync(TableIdentifier identifier, string location, CancellationToken cancellationToken)
    {
        var found = RequireInStore(location, "The table's location");
        if (found.Key.Length == 0)
        {
            throw RestCatalogException.BadRequest($"The table's location '{location}' is the top of a store; it must be a folder of the table's own.");
        }

        if (await catalog().ListTablesAroundAsync(identifier, location, cancellationToken) is [var other, ..])
        {
            throw RestCatalogException.BadRequest(
                $"The table's location '{location}' and that of table '{other.Name}' lie one in the other; a table needs a folder of its own, or clearing up one would harm the other.");
        }
    }

    /// <summary>Checks every location that a commit has brought in.</summary>
    /// <exception cref="RestCatalogException">400.</exception>
    public async Task RequireAsync(TableIdentifier identifier, TableMetadata? before, TableMetadata after, CancellationToken cancellationToken)
    {
        if (before is null || before.Location != after.Location)
        {
            await RequireFreeAsync(identifier, after.Location, cancellationToken);
        }

        foreach (var property in PathProperties)
        {
            if (after.Properties.TryGetValue(property, out var path) && path.Length > 0 && before?.Properties.GetValueOrDefault(property) != path)
            {
                RequireInStore(path, $"The table property '{property}'");
            }
        }

        // As readers will look for it: outside of the table's own locations it is refused.
        var own = TableLocations.Of(stores, after, LocationMap.Empty, metadataLocation: null);
        foreach (var snapshot in after.Snapshots.Where(snapshot => before?.FindSnapshot(snapshot.SnapshotId) is null && snapshot.ManifestList is not null))
        {
            try
            {
                own.Resolve(snapshot.ManifestList!);
            }
            catch (Exception error) when (error is ObjectStoreException or IcebergException { Kind: IcebergErrorKind.InvalidFile })
            {
                throw new RestCatalogException(
                    400, RestErrorType.BadRequest, string.Create(CultureInfo.InvariantCulture, $"The manifest list of snapshot {snapshot.SnapshotId} cannot be used: {error.Message}"), error);
            }
        }
    }
}
