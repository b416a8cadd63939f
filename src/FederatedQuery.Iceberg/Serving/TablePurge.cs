using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>Drops tables with their files.</summary>
internal sealed class TablePurge(Func<SqlCatalog> catalog, ObjectStoreRegistry stores, ManifestCache manifests)
{
    private const int DeletedAtOnce = 1000;

    /// <summary>
    /// The table goes first, so that nobody reads it while its files go; a failure in between leaves files that nobody names. Only files in the folder
    /// of the table are deleted: others that it names may be other tables'.
    /// </summary>
    /// <exception cref="RestCatalogException">400: the table may not be purged.</exception>
    public async Task DropAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        CatalogTable table;
        IReadOnlyList<ObjectLocation> files;
        do
        {
            table = await catalog().LoadTableAsync(identifier, cancellationToken);
            if (!table.Metadata.MayDeleteFiles())
            {
                throw new RestCatalogException(
                    400, RestErrorType.Validation, $"Table '{identifier}' cannot be purged: its property 'gc.enabled' is false, for its files may be other tables' too. Drop it without purging.");
            }

            if (table.IsReadOnly)
            {
                throw new RestCatalogException(
                    400, RestErrorType.Validation, $"Table '{identifier}' cannot be purged: it was registered from elsewhere with a location map, so it is only read. Drop it without purging.");
            }

            if (await catalog().ListTablesAroundAsync(identifier, table.Metadata.Location, cancellationToken) is [var other, ..])
            {
                throw new RestCatalogException(
                    400, RestErrorType.Validation, $"Table '{identifier}' cannot be purged: table '{other.Name}' lies in the same folder, '{table.Metadata.Location}'. Drop it without purging.");
            }

            files = await ListAsync(table, cancellationToken);
        }
        while (!await catalog().TryDropTableAsync(table, cancellationToken));

        foreach (var group in files.GroupBy(file => file.Store))
        {
            foreach (var keys in group.Select(file => file.Key).Chunk(DeletedAtOnce))
            {
                await group.Key.DeleteAsync(keys, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<ObjectLocation>> ListAsync(CatalogTable table, CancellationToken cancellationToken)
    {
        var folder = stores.Resolve(table.Metadata.Location);
        var files = new List<ObjectLocation>();
        await foreach (var location in ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, manifests, cancellationToken))
        {
            var file = stores.Resolve(location);
            if (file.Store == folder.Store && file.Key.StartsWith(folder.Key + "/", StringComparison.Ordinal))
            {
                files.Add(file);
            }
        }

        return files;
    }
}
