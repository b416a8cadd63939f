using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Cold;

/// <summary>The cold tables: which there are, at which version of their metadata, and which of their files a predicate needs.</summary>
public sealed class ColdTables(ColdCatalog catalog, ColdScans scans)
{
    /// <inheritdoc cref="ColdCatalog.IsRest"/>
    public bool AreInRestCatalog => catalog.IsRest;

    /// <param name="tableNamespace">Only of this namespace; null: of all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By namespace and name.</returns>
    public async Task<IReadOnlyList<TableIdentifier>> ListAsync(string? tableNamespace, CancellationToken cancellationToken)
    {
        var namespaces = tableNamespace is null ? await catalog.Catalog.ListNamespacesAsync(cancellationToken) : [tableNamespace];
        var tables = new List<TableIdentifier>();
        foreach (var name in namespaces.Order(StringComparer.Ordinal))
        {
            tables.AddRange(await catalog.Catalog.ListTablesAsync(name, cancellationToken));
        }

        return tables;
    }

    /// <summary>All tables with what tells their versions apart; null where the catalog, being a REST catalog, would have to be asked for each.</summary>
    public async Task<IReadOnlyList<(TableIdentifier Identifier, string? Version)>> ListVersionsAsync(CancellationToken cancellationToken) => catalog.IsRest
        ? [.. (await ListAsync(null, cancellationToken)).Select(table => (table, (string?)null))]
        : [.. (await catalog.Current.ListLocationsAsync(cancellationToken)).Select(table => (table.Identifier, (string?)table.MetadataLocation))];

    /// <summary>A table as a transaction sees it: within a read session's, the version that belongs to its snapshot of Postgres.</summary>
    /// <param name="transaction">Null: the newest version.</param>
    /// <returns>Null when there is no such table.</returns>
    public async Task<ColdTable?> FindAsync(TableIdentifier identifier, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        try
        {
            return new ColdTable(await catalog.LoadTableAsync(identifier, transaction, cancellationToken));
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks the catalog in Postgres for a table's state, as part of a caller's own round trip; <see cref="SqlCatalog.ReadLocationAsync"/> reads the answer. Not with a REST catalog.</summary>
    public NpgsqlBatchCommand Locate(TableIdentifier identifier) => catalog.Current.Locate(identifier);

    /// <summary>A table whose state was asked for by <see cref="Locate"/>.</summary>
    public async Task<ColdTable> LoadAsync(TableIdentifier identifier, TableLocation location, CancellationToken cancellationToken) =>
        new(await catalog.Current.LoadAsync(identifier, location, cancellationToken));

    /// <inheritdoc cref="ColdScans.PlanAsync"/>
    public Task<ColdScan> PlanAsync(TableScan scan, IReadOnlyList<NestedField> columns, Expression predicate, CancellationToken cancellationToken) =>
        ColdScanTrace.PlanAsync(() => scans.PlanAsync(scan, columns, predicate, cancellationToken));

    /// <inheritdoc cref="ColdScans.Part"/>
    public ColdScan Part(ColdScan scan, IEnumerable<int> files, IReadOnlyList<NestedField>? columns = null) => scans.Part(scan, files, columns);

    /// <inheritdoc cref="ColdScans.EstimateFetch"/>
    public FetchEstimate EstimateFetch(IReadOnlyList<ColdScan> planned) => scans.EstimateFetch(planned);

    /// <inheritdoc cref="ColdScans.OpenAsync"/>
    public Task<OpenScans> OpenAsync(IReadOnlyList<ColdScan> opened, CancellationToken cancellationToken) =>
        ColdScanTrace.OpenAsync(opened, () => scans.OpenAsync(opened, cancellationToken));

    /// <inheritdoc cref="ColdScans.Register"/>
    public void Register(DuckDBConnection connection) => scans.Register(connection);
}
