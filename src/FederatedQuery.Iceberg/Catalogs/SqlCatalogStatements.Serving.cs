using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <remarks>What serving the catalog to others needs besides.</remarks>
internal sealed partial class SqlCatalogStatements
{
    public NpgsqlCommand UpsertNamespaceProperty(NpgsqlConnection connection, string @namespace, string key, string value) => Command(
        connection,
        $"""
        INSERT INTO {_properties} (catalog_name, namespace, property_key, property_value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (catalog_name, namespace, property_key) DO UPDATE SET property_value = EXCLUDED.property_value
        """,
        _catalog,
        @namespace,
        key,
        value);

    public NpgsqlCommand DeleteNamespaceProperty(NpgsqlConnection connection, string @namespace, string key) => Command(
        connection, $"DELETE FROM {_properties} WHERE catalog_name = $1 AND namespace = $2 AND property_key = $3", _catalog, @namespace, key);

    /// <summary>Deletes a table that is still at a location.</summary>
    public NpgsqlCommand DeleteTableAt(NpgsqlConnection connection, TableIdentifier identifier, string metadataLocation) => Command(
        connection,
        $"DELETE FROM {_tables} WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3 AND metadata_location = $4{IsTable}",
        _catalog,
        identifier.Namespace,
        identifier.Name,
        metadataLocation);

    /// <summary>
    /// The tables, of this or another catalog in the database, whose folder (that above the metadata folder) holds the location or lies below it, with
    /// that folder. The named table itself does not count.
    /// </summary>
    public NpgsqlCommand SelectTablesAround(NpgsqlConnection connection, TableIdentifier except, string location) => Command(
        connection,
        $"""
        SELECT table_namespace || '.' || table_name, rtrim(folder, '/') FROM (
            SELECT *, regexp_replace(regexp_replace(regexp_replace(
                metadata_location, '(/metadata)?/[^/]*$', '/'), '^file:/+', 'file:///'), '^s3[an]:', 's3:') AS folder FROM {_tables}) AS t
        WHERE NOT (catalog_name = $1 AND table_namespace = $2 AND table_name = $3) AND (starts_with(folder, $4 || '/') OR starts_with($4 || '/', folder))
        ORDER BY 1, 2
        """,
        _catalog,
        except.Namespace,
        except.Name,
        location);

    /// <summary>Forgets requests that are older than their keys are kept.</summary>
    public NpgsqlCommand DeleteOldRequests(NpgsqlConnection connection, TimeSpan lifetime) => new(
        $"DELETE FROM {_requests} WHERE catalog_name = $1 AND started_at < now() - $2", connection)
    {
        Parameters = { new() { Value = _catalog }, new() { Value = lifetime } },
    };

    /// <summary>
    /// Begins a request: one row if it is the first of its key, or if the first was given up without an end so long ago that nobody is still at it.
    /// </summary>
    public NpgsqlCommand BeginRequest(NpgsqlConnection connection, Guid key, byte[] fingerprint, TimeSpan patience) => new(
        $"""
        INSERT INTO {_requests} AS r (catalog_name, idempotency_key, fingerprint, started_at) VALUES ($1, $2, $3, now())
        ON CONFLICT (catalog_name, idempotency_key) DO UPDATE SET started_at = now()
        WHERE r.status IS NULL AND r.fingerprint = EXCLUDED.fingerprint AND r.started_at < now() - $4
        """,
        connection)
    {
        Parameters = { new() { Value = _catalog }, new() { Value = key }, new() { Value = fingerprint }, new() { Value = patience } },
    };

    public NpgsqlCommand SelectRequest(NpgsqlConnection connection, Guid key) => new(
        $"SELECT fingerprint, status, tag, body FROM {_requests} WHERE catalog_name = $1 AND idempotency_key = $2", connection)
    {
        Parameters = { new() { Value = _catalog }, new() { Value = key } },
    };

    public NpgsqlCommand FinishRequest(NpgsqlConnection connection, Guid key, int status, string? tag, byte[] body) => new(
        $"UPDATE {_requests} SET status = $3, tag = $4, body = $5 WHERE catalog_name = $1 AND idempotency_key = $2", connection)
    {
        Parameters =
        {
            new() { Value = _catalog }, new() { Value = key }, new() { Value = status }, new() { Value = (object?)tag ?? DBNull.Value }, new() { Value = body },
        },
    };

    public NpgsqlCommand DeleteRequest(NpgsqlConnection connection, Guid key) => new(
        $"DELETE FROM {_requests} WHERE catalog_name = $1 AND idempotency_key = $2 AND status IS NULL", connection)
    {
        Parameters = { new() { Value = _catalog }, new() { Value = key } },
    };
}
