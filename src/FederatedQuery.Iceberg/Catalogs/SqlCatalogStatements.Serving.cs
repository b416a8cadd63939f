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
    /// A table, of this or another catalog in the database, whose folder (that above its metadata folder) holds the location or lies below it. The
    /// named table itself does not count.
    /// </summary>
    public NpgsqlCommand SelectTableAround(NpgsqlConnection connection, TableIdentifier except, string location) => Command(
        connection,
        $"""
        SELECT table_namespace || '.' || table_name FROM (
            SELECT *, regexp_replace(regexp_replace(metadata_location, '(/metadata)?/[^/]*$', '/'), '^file:/+', 'file:///') AS folder FROM {_tables}) AS t
        WHERE NOT (catalog_name = $1 AND table_namespace = $2 AND table_name = $3) AND (starts_with(folder, $4 || '/') OR starts_with($4 || '/', folder))
        LIMIT 1
        """,
        _catalog,
        except.Namespace,
        except.Name,
        location);
}
