using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>
/// A catalog in PostgreSQL, in the layout of the JDBC catalog, which Java, PyIceberg, Trino and Spark read and write too. Commits are one compare-and-set
/// of a row; given a transaction of the caller they become part of it, so that a change of the caller's own tables and of an Iceberg table
/// happen together or not at all.
/// </summary>
public sealed partial class SqlCatalog : ICatalog
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly ObjectStoreRegistry _stores;
    private readonly TableMetadataCache _metadata;
    private readonly TimeProvider _timeProvider;
    private readonly SqlCatalogStatements _sql;

    private SqlCatalog(
        NpgsqlDataSource dataSource, SqlCatalogOptions options, ObjectStoreRegistry stores, TableMetadataCache metadata, TimeProvider timeProvider, SqlCatalogStatements sql)
    {
        _dataSource = dataSource;
        _stores = stores;
        _metadata = metadata;
        _timeProvider = timeProvider;
        _sql = sql;
        Options = options;
    }

    public SqlCatalogOptions Options { get; }

    /// <summary>Opens the catalog, creating its two tables where they are missing. Several processes may do so at once.</summary>
    public static async Task<SqlCatalog> OpenAsync(
        NpgsqlDataSource dataSource,
        SqlCatalogOptions options,
        ObjectStoreRegistry stores,
        TableMetadataCache metadata,
        TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var sql = await SqlCatalogStatements.PrepareAsync(dataSource, options, cancellationToken);
        return new SqlCatalog(dataSource, options, stores, metadata, timeProvider, sql);
    }

    public Task<CatalogTable> CreateTableAsync(TableIdentifier identifier, NewTable table, CancellationToken cancellationToken) =>
        CreateTableAsync(identifier, table, transaction: null, cancellationToken);

    /// <summary>Creates an empty table as part of the caller's transaction; if that is rolled back, its first metadata file is an orphan.</summary>
    /// <inheritdoc cref="CreateTableAsync(TableIdentifier, NewTable, CancellationToken)"/>
    public Task<CatalogTable> CreateTableAsync(
        TableIdentifier identifier, NewTable table, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        CreateTableAsync(identifier, FirstMetadata(identifier, table), transaction, cancellationToken);

    /// <summary>The first state of a table that would be created, with a location of its own; nothing is written.</summary>
    /// <exception cref="IcebergException">InvalidMetadata: the partition spec or the sort order does not suit the schema.</exception>
    public TableMetadata FirstMetadata(TableIdentifier identifier, NewTable table) => TableMetadataChanges.Create(
        Guid.NewGuid(),
        table.Location ?? NewLocation(identifier),
        table.Schema,
        table.PartitionSpec,
        table.SortOrder,
        table.Properties,
        _timeProvider.GetUtcNow().ToUnixTimeMilliseconds(),
        table.FormatVersion);

    /// <summary>A folder in the warehouse that no table has. It is unique: one of the same name that was dropped or renamed may still have its files under the plain name.</summary>
    public string NewLocation(TableIdentifier identifier) =>
        $"{Options.Warehouse.TrimEnd('/')}/{identifier.Namespace.Replace('.', '/')}/{identifier.Name}-{Guid.NewGuid().ToString("N")[..12]}";

    /// <summary>Creates a table whose first state is given whole, with snapshots perhaps.</summary>
    /// <inheritdoc cref="CreateTableAsync(TableIdentifier, NewTable, NpgsqlTransaction, CancellationToken)"/>
    public async Task<CatalogTable> CreateTableAsync(
        TableIdentifier identifier, TableMetadata metadata, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        var metadataLocation = TableMetadataFile.NextLocation(metadata, previousLocation: null);
        await TableMetadataFile.WriteAsync(_stores, metadataLocation, metadata, cancellationToken);
        try
        {
            await InsertTableAsync(identifier, metadataLocation, transaction, cancellationToken);
        }
        catch (IcebergException)
        {
            var written = _stores.Resolve(metadataLocation);
            await written.Store.DeleteAsync([written.Key], cancellationToken);
            throw;
        }

        return new CatalogTable(identifier, metadataLocation, metadata);
    }

    public Task<CatalogTable> RegisterTableAsync(TableIdentifier identifier, string metadataLocation, CancellationToken cancellationToken) =>
        RegisterTableAsync(identifier, metadataLocation, LocationMap.Empty, cancellationToken);

    /// <summary>
    /// Lists a table whose files were copied elsewhere since they were written. With a map the table may be read from wherever the map leads, be it
    /// outside of the registered stores: a map is an operator's word, never a client's. Such a table is not written to.
    /// </summary>
    /// <param name="metadataLocation">Where the metadata file is now.</param>
    /// <inheritdoc cref="RegisterTableAsync(TableIdentifier, string, CancellationToken)"/>
    public async Task<CatalogTable> RegisterTableAsync(
        TableIdentifier identifier, string metadataLocation, LocationMap map, CancellationToken cancellationToken)
    {
        var table = await LoadAsync(identifier, metadataLocation, map, cancellationToken);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await InsertTableAsync(identifier, metadataLocation, connection, cancellationToken);
        foreach (var entry in map.Entries)
        {
            await using var command = _sql.InsertLocationMapEntry(connection, identifier, entry);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return table;
    }

    /// <summary>A table that may not be listed: its metadata, read from where the map says.</summary>
    /// <exception cref="IcebergException">InvalidMetadata, Unsupported.</exception>
    /// <exception cref="ObjectStoreException">The file cannot be read.</exception>
    public async Task<CatalogTable> LoadAsync(TableIdentifier identifier, string metadataLocation, LocationMap map, CancellationToken cancellationToken)
    {
        var stores = StoresOf(map);
        var metadata = await _metadata.GetAsync(metadataLocation, stores, cancellationToken);
        return new CatalogTable(identifier, metadataLocation, metadata) { Locations = TableLocations.Of(stores, metadata, map, metadataLocation) };
    }

    /// <summary>All places that location maps lead to.</summary>
    public async Task<IReadOnlyList<string>> ListMapTargetsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.SelectMapTargets(connection);
        return await ReadTextsAsync(command, cancellationToken);
    }

    public async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(string @namespace, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        var tables = await ListTablesAsync(@namespace, connection, cancellationToken);
        return tables.Count > 0 || await NamespaceExistsAsync(@namespace, connection, cancellationToken)
            ? tables
            : throw await NamespaceNotFoundAsync(@namespace, connection, cancellationToken);
    }

    /// <summary>All tables of all namespaces, with the metadata file that is current for each, by one query.</summary>
    public async Task<IReadOnlyList<(TableIdentifier Identifier, string MetadataLocation)>> ListLocationsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.SelectLocations(connection);
        var tables = new List<(TableIdentifier Identifier, string MetadataLocation)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add((new TableIdentifier(reader.GetString(0), reader.GetString(1)), reader.GetString(2)));
        }

        return tables;
    }

    public Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, CancellationToken cancellationToken) =>
        LoadTableAsync(identifier, transaction: null, cancellationToken);

    /// <summary>Loads a table as a transaction sees it: under REPEATABLE READ, the state that belongs to its snapshot.</summary>
    /// <exception cref="IcebergException">NotFound.</exception>
    public async Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        var location = await FindTableAsync(identifier, transaction, cancellationToken) ?? throw TableNotFound(identifier);
        return await LoadAsync(identifier, location, cancellationToken);
    }

    /// <summary>Asks where a table's metadata is, as part of a caller's own round trip.</summary>
    public NpgsqlBatchCommand Locate(TableIdentifier identifier) => _sql.SelectTable(identifier);

    /// <summary>The answer to <see cref="Locate"/>.</summary>
    /// <param name="reader">At its result, which is read to its end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when there is no such table.</returns>
    public static async Task<TableLocation?> ReadLocationAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (!await reader.ReadAsync(cancellationToken) || await reader.IsDBNullAsync(0, cancellationToken))
        {
            return null;
        }

        return new TableLocation(reader.GetString(0), await reader.IsDBNullAsync(1, cancellationToken)
            ? LocationMap.Empty
            : LocationMap.Of(reader.GetFieldValue<string[]>(1).Zip(reader.GetFieldValue<string[]>(2))));
    }

    /// <summary>A table whose metadata was located.</summary>
    /// <exception cref="IcebergException">InvalidMetadata, Unsupported.</exception>
    /// <exception cref="ObjectStoreException">The file cannot be read.</exception>
    public Task<CatalogTable> LoadAsync(TableIdentifier identifier, TableLocation location, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(location);
        return LoadAsync(identifier, location.MetadataLocation, location.Map, cancellationToken);
    }

    public async Task<bool> DropTableAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.DeleteTable(connection, identifier);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    public async Task RenameTableAsync(TableIdentifier from, TableIdentifier to, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (!await NamespaceExistsAsync(to.Namespace, connection, cancellationToken))
        {
            throw await NamespaceNotFoundAsync(to.Namespace, connection, cancellationToken);
        }

        await using var command = _sql.RenameTable(connection, from, to);
        try
        {
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                throw TableNotFound(from);
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw TableExists(to);
        }
    }

    private async Task InsertTableAsync(
        TableIdentifier identifier, string metadataLocation, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var opened = transaction is null ? await _dataSource.OpenConnectionAsync(cancellationToken) : null;
        await InsertTableAsync(identifier, metadataLocation, opened ?? ConnectionOf(transaction!), cancellationToken);
    }

    private async Task InsertTableAsync(TableIdentifier identifier, string metadataLocation, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await NamespaceExistsAsync(identifier.Namespace, connection, cancellationToken))
        {
            throw await NamespaceNotFoundAsync(identifier.Namespace, connection, cancellationToken);
        }

        await using var command = _sql.InsertTable(connection, identifier, metadataLocation);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw TableExists(identifier);
        }
    }

    private async Task<TableLocation?> FindTableAsync(TableIdentifier identifier, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var opened = transaction is null ? await _dataSource.OpenConnectionAsync(cancellationToken) : null;
        await using var batch = new NpgsqlBatch(opened ?? ConnectionOf(transaction!)) { BatchCommands = { Locate(identifier) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadLocationAsync(reader, cancellationToken);
    }

    /// <summary>The registered stores, and for the files of this one table those that its map leads to besides.</summary>
    private ObjectStoreRegistry StoresOf(LocationMap map)
    {
        var elsewhere = map.Entries
            .Select(entry => entry.To)
            .Distinct()
            .Where(target => !_stores.Covers(target))
            .Select(Options.OpenElsewhere)
            .OfType<ObjectStoreRegistry.Root>()
            .ToList();
        return elsewhere.Count == 0 ? _stores : _stores.With(elsewhere);
    }

    private async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(string @namespace, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = _sql.SelectTables(connection, @namespace);
        return [.. (await ReadTextsAsync(command, cancellationToken)).Select(name => new TableIdentifier(@namespace, name))];
    }

    private static async Task<List<string>> ReadTextsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    private static NpgsqlConnection ConnectionOf(NpgsqlTransaction transaction) =>
        transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");

    private static IcebergException TableExists(TableIdentifier identifier) =>
        new(IcebergErrorKind.AlreadyExists, $"The table '{identifier}' exists already.");

    private IcebergException TableNotFound(TableIdentifier identifier) =>
        new(IcebergErrorKind.NotFound, $"There is no table '{identifier}' in the catalog '{Options.CatalogName}'.");
}
