using FederatedQuery.Iceberg.Locations;
using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>
/// The SQL of the JDBC layout. Tables made by older implementations have no column <c>iceberg_type</c>; they are used as they are.
/// </summary>
internal sealed partial class SqlCatalogStatements
{
    // Any number will do, as long as all openers use the same.
    private const long CreationLock = 0x1CEB_E26C_A7A1_0600;

    private readonly string _catalog;
    private readonly string _tables;
    private readonly string _properties;
    private readonly string _maps;
    private readonly string _requests;
    private readonly bool _hasType;

    private SqlCatalogStatements(SqlCatalogOptions options, bool hasType)
    {
        _catalog = options.CatalogName;
        (_tables, _properties, _maps, _requests) = TableNames(options);
        _hasType = hasType;
    }

    // Views share the table; rows of older implementations have no type.
    private string IsTable => _hasType ? " AND (iceberg_type = 'TABLE' OR iceberg_type IS NULL)" : "";

    public static async Task<SqlCatalogStatements> PrepareAsync(NpgsqlDataSource dataSource, SqlCatalogOptions options, CancellationToken cancellationToken)
    {
        var (tables, properties, maps, requests) = TableNames(options);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            // IF NOT EXISTS alone fails when two sessions create at the same time.
            await using var create = new NpgsqlCommand(
                $"""
                SELECT pg_advisory_xact_lock({CreationLock});
                CREATE TABLE IF NOT EXISTS {tables} (
                    catalog_name VARCHAR(255) NOT NULL,
                    table_namespace VARCHAR(255) NOT NULL,
                    table_name VARCHAR(255) NOT NULL,
                    metadata_location VARCHAR(1000),
                    previous_metadata_location VARCHAR(1000),
                    iceberg_type VARCHAR(5),
                    PRIMARY KEY (catalog_name, table_namespace, table_name));
                CREATE TABLE IF NOT EXISTS {properties} (
                    catalog_name VARCHAR(255) NOT NULL,
                    namespace VARCHAR(255) NOT NULL,
                    property_key VARCHAR(255) NOT NULL,
                    property_value VARCHAR(1000),
                    PRIMARY KEY (catalog_name, namespace, property_key));
                CREATE TABLE IF NOT EXISTS {maps} (
                    catalog_name VARCHAR(255) NOT NULL,
                    table_namespace VARCHAR(255) NOT NULL,
                    table_name VARCHAR(255) NOT NULL,
                    from_prefix TEXT NOT NULL,
                    to_prefix TEXT NOT NULL,
                    PRIMARY KEY (catalog_name, table_namespace, table_name, from_prefix),
                    FOREIGN KEY (catalog_name, table_namespace, table_name) REFERENCES {tables} ON UPDATE CASCADE ON DELETE CASCADE);
                CREATE TABLE IF NOT EXISTS {requests} (
                    catalog_name VARCHAR(255) NOT NULL,
                    idempotency_key UUID NOT NULL,
                    fingerprint BYTEA NOT NULL,
                    started_at TIMESTAMPTZ NOT NULL,
                    status INTEGER,
                    tag TEXT,
                    body BYTEA,
                    PRIMARY KEY (catalog_name, idempotency_key));
                """,
                connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await using var look = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'iceberg_type' AND NOT attisdropped)", connection)
        {
            Parameters = { new() { Value = tables } },
        };
        return new SqlCatalogStatements(options, await look.ExecuteScalarAsync(cancellationToken) is true);
    }

    public NpgsqlCommand NamespaceExists(NpgsqlConnection connection, string @namespace) => Command(
        connection,
        // A namespace exists when it has a property, a table, or a namespace below it.
        $"""
        SELECT EXISTS (SELECT FROM {_tables} WHERE catalog_name = $1 AND (table_namespace = $2 OR starts_with(table_namespace, $2 || '.')))
            OR EXISTS (SELECT FROM {_properties} WHERE catalog_name = $1 AND (namespace = $2 OR starts_with(namespace, $2 || '.')))
        """,
        _catalog,
        @namespace);

    public NpgsqlCommand InsertNamespaceProperty(NpgsqlConnection connection, string @namespace, string key, string value) => Command(
        connection,
        $"INSERT INTO {_properties} (catalog_name, namespace, property_key, property_value) VALUES ($1, $2, $3, $4)",
        _catalog,
        @namespace,
        key,
        value);

    public NpgsqlCommand SelectNamespaces(NpgsqlConnection connection) => Command(
        connection,
        $"SELECT namespace FROM {_properties} WHERE catalog_name = $1 UNION SELECT table_namespace FROM {_tables} WHERE catalog_name = $1",
        _catalog);

    public NpgsqlCommand SelectNamespaceProperties(NpgsqlConnection connection, string @namespace) => Command(
        connection, $"SELECT property_key, property_value FROM {_properties} WHERE catalog_name = $1 AND namespace = $2", _catalog, @namespace);

    public NpgsqlCommand DeleteNamespace(NpgsqlConnection connection, string @namespace) => Command(
        connection, $"DELETE FROM {_properties} WHERE catalog_name = $1 AND namespace = $2", _catalog, @namespace);

    public NpgsqlCommand SelectTables(NpgsqlConnection connection, string @namespace) => Command(
        connection, $"SELECT table_name FROM {_tables} WHERE catalog_name = $1 AND table_namespace = $2{IsTable}", _catalog, @namespace);

    public NpgsqlCommand SelectLocations(NpgsqlConnection connection) => Command(
        connection,
        $"""
        SELECT table_namespace, table_name, metadata_location FROM {_tables}
        WHERE catalog_name = $1 AND metadata_location IS NOT NULL{IsTable} ORDER BY table_namespace COLLATE "C", table_name COLLATE "C"
        """,
        _catalog);

    /// <summary>metadata_location, and the location map as two arrays in one order, null when there is none.</summary>
    public NpgsqlBatchCommand SelectTable(TableIdentifier identifier) => new(
        $"""
        SELECT t.metadata_location, m.sources, m.targets FROM {_tables} t CROSS JOIN LATERAL (
            SELECT array_agg(from_prefix ORDER BY from_prefix) AS sources, array_agg(to_prefix ORDER BY from_prefix) AS targets FROM {_maps} m
            WHERE m.catalog_name = t.catalog_name AND m.table_namespace = t.table_namespace AND m.table_name = t.table_name) m
        WHERE t.catalog_name = $1 AND t.table_namespace = $2 AND t.table_name = $3{IsTable}
        """)
    {
        Parameters = { new() { Value = _catalog }, new() { Value = identifier.Namespace }, new() { Value = identifier.Name } },
    };

    public NpgsqlCommand InsertLocationMapEntry(NpgsqlConnection connection, TableIdentifier identifier, LocationMap.Entry entry) => Command(
        connection,
        $"INSERT INTO {_maps} (catalog_name, table_namespace, table_name, from_prefix, to_prefix) VALUES ($1, $2, $3, $4, $5)",
        _catalog,
        identifier.Namespace,
        identifier.Name,
        entry.From,
        entry.To);

    /// <summary>All places that location maps of this catalog lead to.</summary>
    public NpgsqlCommand SelectMapTargets(NpgsqlConnection connection) => Command(
        connection, $"SELECT DISTINCT to_prefix FROM {_maps} WHERE catalog_name = $1", _catalog);

    public NpgsqlCommand InsertTable(NpgsqlConnection connection, TableIdentifier identifier, string metadataLocation) => Command(
        connection,
        $"""
        INSERT INTO {_tables} (catalog_name, table_namespace, table_name, metadata_location{(_hasType ? ", iceberg_type" : "")})
        VALUES ($1, $2, $3, $4{(_hasType ? ", 'TABLE'" : "")})
        """,
        _catalog,
        identifier.Namespace,
        identifier.Name,
        metadataLocation);

    public NpgsqlCommand DeleteTable(NpgsqlConnection connection, TableIdentifier identifier) => Command(
        connection,
        $"DELETE FROM {_tables} WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3{IsTable}",
        _catalog,
        identifier.Namespace,
        identifier.Name);

    public NpgsqlCommand RenameTable(NpgsqlConnection connection, TableIdentifier from, TableIdentifier to) => Command(
        connection,
        $"UPDATE {_tables} SET table_namespace = $4, table_name = $5 WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3{IsTable}",
        _catalog,
        from.Namespace,
        from.Name,
        to.Namespace,
        to.Name);

    public NpgsqlCommand CompareAndSet(NpgsqlConnection connection, StagedCommit commit) => Command(
        connection,
        $"""
        UPDATE {_tables} SET metadata_location = $5, previous_metadata_location = $4
        WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3 AND metadata_location = $4{IsTable}
        """,
        _catalog,
        commit.Identifier.Namespace,
        commit.Identifier.Name,
        commit.PreviousLocation,
        commit.NewLocation);

    private static (string Tables, string Properties, string Maps, string Requests) TableNames(SqlCatalogOptions options)
    {
        var schema = '"' + options.DatabaseSchema.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        return ($"{schema}.iceberg_tables", $"{schema}.iceberg_namespace_properties", $"{schema}.iceberg_location_maps", $"{schema}.iceberg_rest_requests");
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
