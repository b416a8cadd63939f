using FederatedQuery.Cold.Elsewhere;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Cold;

/// <summary>The catalog that the cold tables are listed in, opened when the host starts (Postgres is up by then).</summary>
public sealed partial class ColdCatalog(
    Func<NpgsqlDataSource> dataSource, ObjectStoreRegistry stores, ElsewhereStores elsewhere, TableMetadataCache metadata, IOptions<ColdOptions> options,
    TimeProvider time, Func<RestCatalog> rest, ILogger<ColdCatalog> logger)
{
    private const string DefaultNamespace = "default";

    private volatile SqlCatalog? _catalog;
    private volatile RestCatalog? _rest;

    /// <summary>Another service than Postgres keeps the tables (ICEBERG_CATALOG=rest): they are read at their newest state, outside of any transaction.</summary>
    public bool IsRest => options.Value.RestCatalog is not null;

    /// <summary>The catalog in Postgres, whose changes can be part of a transaction there.</summary>
    /// <exception cref="IcebergException">Unsupported: the catalog is a REST catalog.</exception>
    public SqlCatalog Current => _catalog ?? throw (IsRest
        ? new IcebergException(IcebergErrorKind.Unsupported, "The cold tables are in a REST catalog (ICEBERG_CATALOG=rest), which takes no part in transactions of PostgreSQL.")
        : NotStarted());

    /// <summary>The catalog, wherever it is.</summary>
    public ICatalog Catalog => (ICatalog?)_catalog ?? _rest ?? throw NotStarted();

    /// <summary>A table as a transaction sees it; with a REST catalog, its newest state.</summary>
    /// <param name="transaction">Null: the newest state.</param>
    /// <exception cref="IcebergException">NotFound.</exception>
    public Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, NpgsqlTransaction? transaction, CancellationToken cancellationToken) => _rest is { } catalog
        ? catalog.LoadTableAsync(identifier, cancellationToken)
        : Current.LoadTableAsync(identifier, transaction, cancellationToken);

    /// <summary>Makes the catalog's tables and the namespace <c>default</c> where they are missing; asks a REST catalog for its configuration.</summary>
    /// <exception cref="IcebergException">The REST catalog cannot be used as it is set up. That it does not answer is told by what asks it later.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (IsRest)
        {
            await OpenRestAsync(cancellationToken);
            return;
        }

        _catalog = await SqlCatalog.OpenAsync(
            dataSource(),
            new SqlCatalogOptions
            {
                CatalogName = options.Value.CatalogName,
                Warehouse = options.Value.WarehouseLocation,
                OpenElsewhere = elsewhere.Open,
            },
            stores, metadata, time, cancellationToken);
        await EnsureNamespaceAsync(DefaultNamespace, cancellationToken);
        var targets = await _catalog.ListMapTargetsAsync(cancellationToken);
        elsewhere.Know(targets);
        await TellOfOutsidersAsync(_catalog, targets, cancellationToken);
    }

    /// <summary>What an operator has to know of a table that no store of this gateway has.</summary>
    public string DescribeOutsider(TableIdentifier identifier) =>
        $"Table '{identifier}' lies outside of this gateway's warehouse '{options.Value.WarehouseLocation}': another gateway with another warehouse has made it in the same PostgreSQL. "
        + "Gateways that share a PostgreSQL share one catalog, and need one warehouse: the same S3_TABLE_BUCKET, or the same DATA_DIRECTORY.";

    /// <summary>Makes a namespace unless it is there already.</summary>
    public async Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        if ((await Catalog.ListNamespacesAsync(cancellationToken)).Contains(name))
        {
            return;
        }

        try
        {
            await Catalog.CreateNamespaceAsync(name, new Dictionary<string, string>(), cancellationToken);
        }
        catch (IcebergException exists) when (exists.Kind == IcebergErrorKind.AlreadyExists)
        {
            // Another process made it meanwhile.
        }
    }

    /// <summary>Such a gateway never becomes ready: what it answers would lack the cold rows.</summary>
    private async Task TellOfOutsidersAsync(SqlCatalog catalog, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var mapped = new ObjectStoreRegistry([.. targets.Select(elsewhere.Open).OfType<ObjectStoreRegistry.Root>()]);
        var (outsider, location) = (await catalog.ListLocationsAsync(cancellationToken))
            .FirstOrDefault(table => !stores.Covers(table.MetadataLocation) && !mapped.Covers(table.MetadataLocation));
        if (outsider is not null)
        {
            Log.Outsider(logger, DescribeOutsider(outsider), location);
        }
    }

    private async Task OpenRestAsync(CancellationToken cancellationToken)
    {
        var opened = rest();
        _rest = opened;
        try
        {
            await opened.ConnectAsync(cancellationToken);
        }
        catch (IcebergException exception) when (exception.Kind == IcebergErrorKind.Unavailable)
        {
            // The hot tier serves meanwhile, and readiness tells.
            Log.CatalogUnavailable(logger, exception);
        }
    }

    private static InvalidOperationException NotStarted() => new("The catalog is asked before the cold tier has started.");

    private static partial class Log
    {
        [LoggerMessage(ColdEventId.OtherWarehouse, LogLevel.Error, "This gateway does not become ready. {Why} Its metadata is '{Location}'")]
        public static partial void Outsider(ILogger logger, string why, string location);

        [LoggerMessage(ColdEventId.RestCatalogUnavailable, LogLevel.Warning, "The REST catalog does not answer; it is asked again when it is needed.")]
        public static partial void CatalogUnavailable(ILogger logger, Exception exception);
    }
}
