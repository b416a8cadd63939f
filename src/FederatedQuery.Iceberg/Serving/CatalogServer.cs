using System.Collections.Immutable;
using System.Xml;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>
/// A SQL catalog served to others: what each operation of the REST catalog API does, without HTTP. Safe for concurrent use.
/// </summary>
public sealed class CatalogServer
{
    private readonly Func<SqlCatalog> _catalog;
    private readonly ImmutableDictionary<string, string> _clientDefaults;

    /// <param name="catalog">The catalog; asked for on each call, because it may be opened later.</param>
    /// <param name="stores">Where tables may lie.</param>
    /// <param name="manifests">Reads manifests of tables that are purged.</param>
    /// <param name="guard">Has a say in every change of a table.</param>
    /// <param name="clientDefaults">Properties for clients that have none of their own, such as the address of the object store. No secrets.</param>
    public CatalogServer(
        Func<SqlCatalog> catalog,
        ObjectStoreRegistry stores,
        ManifestCache manifests,
        TableGuard guard,
        ImmutableDictionary<string, string> clientDefaults,
        TimeProvider timeProvider)
    {
        _catalog = catalog;
        _clientDefaults = clientDefaults;
        var locations = new ServedLocations(catalog, stores);
        Requests = new IdempotentRequests(catalog);
        Namespaces = new ServedNamespaces(catalog);
        Tables = new ServedTables(catalog, Namespaces, locations, new TablePurge(catalog, stores, manifests), guard);
        Commits = new ServedCommits(catalog, new TableCommitter(stores, manifests, new CommitOptions(), timeProvider), Namespaces, locations, guard, timeProvider);
    }

    public IdempotentRequests Requests { get; }

    public ServedNamespaces Namespaces { get; }

    public ServedTables Tables { get; }

    public ServedCommits Commits { get; }

    /// <summary>What a client is told first.</summary>
    /// <param name="warehouse">The catalog's name or the location of its warehouse; null or empty: the one there is.</param>
    /// <param name="endpoints">Those that are served.</param>
    /// <exception cref="RestCatalogException">404: there is no such warehouse.</exception>
    public CatalogConfig Configure(string? warehouse, ImmutableArray<string> endpoints)
    {
        RequireWarehouse(string.IsNullOrEmpty(warehouse) ? _catalog().Options.CatalogName : warehouse);

        return new CatalogConfig
        {
            Defaults = _clientDefaults,
            Endpoints = endpoints,
            IdempotencyKeyLifetime = XmlConvert.ToString(SqlCatalog.RequestLifetime),
        };
    }

    /// <summary>Checks the prefix of a path: the catalog's name, which clients that were given no prefix may put there.</summary>
    /// <exception cref="RestCatalogException">404: there is no such warehouse.</exception>
    public void RequireWarehouse(string warehouse)
    {
        var options = _catalog().Options;
        var isName = warehouse == options.CatalogName;
        if (!isName && ObjectStoreRegistry.Normalize(warehouse).TrimEnd('/') != ObjectStoreRegistry.Normalize(options.Warehouse).TrimEnd('/'))
        {
            throw new RestCatalogException(
                404, RestErrorType.NoSuchWarehouse, $"There is no warehouse '{warehouse}'; this server has '{options.CatalogName}' at '{options.Warehouse}'.");
        }
    }
}
