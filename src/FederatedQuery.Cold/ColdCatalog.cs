using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Cold;

/// <summary>The catalog that the cold tables are listed in, opened when the host starts (Postgres is up by then).</summary>
public sealed class ColdCatalog(
    Func<NpgsqlDataSource> dataSource, ObjectStoreRegistry stores, TableMetadataCache metadata, IOptions<ColdOptions> options, TimeProvider time)
{
    private volatile SqlCatalog? _catalog;

    public SqlCatalog Current => _catalog ?? throw new InvalidOperationException("The catalog is asked before the cold tier has started.");

    /// <summary>Makes the catalog's tables and the namespace <c>default</c> where they are missing.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _catalog = await SqlCatalog.OpenAsync(
            dataSource(),
            new SqlCatalogOptions { CatalogName = options.Value.CatalogName, Warehouse = options.Value.WarehouseLocation },
            stores, metadata, time, cancellationToken);
    }

    /// <summary>Makes a namespace unless it is there already.</summary>
    public async Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        if ((await Current.ListNamespacesAsync(cancellationToken)).Contains(name))
        {
            return;
        }

        try
        {
            await Current.CreateNamespaceAsync(name, new Dictionary<string, string>(), cancellationToken);
        }
        catch (Iceberg.IcebergException exists) when (exists.Kind == Iceberg.IcebergErrorKind.AlreadyExists)
        {
            // Another process made it meanwhile.
        }
    }
}
