using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Introspection;

/// <summary>Tells cheaply whether a table's description has changed: its columns, comments, keys, privileges, whether and how it is tiered, and what may be done to its rows.</summary>
public sealed class TableFingerprints(PostgresConnections connections)
{
    /// <summary>Composite types are few, and are asked for as one: a change of any is a change of all tables.</summary>
    private const string Sql =
        $"""
        WITH composites AS MATERIALIZED (
          SELECT coalesce(md5(string_agg(concat_ws(':', a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod), ',' ORDER BY a.attrelid, a.attnum)), '') AS digest
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
          WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped AND {PostgresIntrospector.IsUsers})
        SELECT n.nspname::text, c.relname::text, md5(concat_ws('|', c.oid, obj_description(c.oid, 'pg_class'), composites.digest,
          (SELECT string_agg(concat_ws(':', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated, a.attidentity, a.atthasdef, d.description), ',' ORDER BY a.attnum)
           FROM pg_catalog.pg_attribute a
           LEFT JOIN pg_catalog.pg_description d ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_catalog.pg_class'::regclass
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
          (SELECT string_agg(concat_ws(':', k.conname, k.contype, k.conkey::text, k.confrelid, k.confkey::text), ',' ORDER BY k.oid)
           FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'f')),
          (SELECT t::text FROM federated_query.tiered_tables t WHERE t.schema_name = n.nspname AND t.table_name = c.relname),
          (SELECT m.operations FROM federated_query.row_mutations m WHERE m.schema_name = n.nspname AND m.table_name = c.relname)))
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace CROSS JOIN composites
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {PostgresIntrospector.IsUsers} AND has_table_privilege(c.oid, 'SELECT')
        """;

    /// <summary>Of every table of the users, as <see cref="PostgresIntrospector.ListAsync(string?, CancellationToken)"/> lists them.</summary>
    public async Task<IReadOnlyDictionary<TableName, string>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var fingerprints = new Dictionary<TableName, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            fingerprints[new TableName(reader.GetString(0), reader.GetString(1))] = reader.GetString(2);
        }

        return fingerprints;
    }
}
