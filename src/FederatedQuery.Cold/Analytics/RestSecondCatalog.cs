using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;

namespace FederatedQuery.Cold.Analytics;

/// <summary>Any Iceberg REST catalog that tables can be registered in.</summary>
internal sealed class RestSecondCatalog(RestCatalog catalog, Uri address) : ISecondCatalog
{
    public string Name => $"the REST catalog at {address.GetLeftPart(UriPartial.Path)}";

    public bool NeedsS3 => false;

    public async Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        // Not listed first: what a caller may see of namespaces is another permission.
        try
        {
            await catalog.CreateNamespaceAsync(name, new Dictionary<string, string>(), cancellationToken);
        }
        catch (IcebergException exists) when (exists.Kind == IcebergErrorKind.AlreadyExists)
        {
            // As it should be.
        }
    }

    public async Task<SecondTable?> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            var table = await catalog.LoadTableAsync(identifier, cancellationToken);
            return new SecondTable(table.MetadataLocation, table.Metadata.Location);
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }

    public async Task PointAsync(CatalogTable table, SecondTable? known, CancellationToken cancellationToken)
    {
        if (known is null)
        {
            await catalog.RegisterTableAsync(table.Identifier, table.MetadataLocation, overwrite: false, cancellationToken);
            return;
        }

        try
        {
            await catalog.RegisterTableAsync(table.Identifier, table.MetadataLocation, overwrite: true, cancellationToken);
        }
        catch (IcebergException exception) when (exception.Kind is IcebergErrorKind.AlreadyExists or IcebergErrorKind.InvalidValue)
        {
            // A server that does not know `overwrite`. Its readers do not find the table for a moment; should the second step fail, the next round makes it up.
            await catalog.DropTableAsync(table.Identifier, cancellationToken);
            await catalog.RegisterTableAsync(table.Identifier, table.MetadataLocation, overwrite: false, cancellationToken);
        }
    }

    public Task<bool> DropAsync(TableIdentifier identifier, CancellationToken cancellationToken) => catalog.DropTableAsync(identifier, cancellationToken);
}
