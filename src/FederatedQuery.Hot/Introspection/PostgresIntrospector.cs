using System.Collections.Immutable;
using System.Data.Common;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Introspection;

/// <summary>Reads PostgreSQL's catalog. Overloads with a connection read in whatever transaction it has open.</summary>
public sealed class PostgresIntrospector(PostgresConnections connections)
{
    /// <summary>Not the users': the control tables and the tables of the Iceberg catalog.</summary>
    internal const string IsUsers =
        """
        n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'federated_query')
          AND c.relname NOT IN ('iceberg_tables', 'iceberg_namespace_properties', 'iceberg_location_maps', 'iceberg_rest_requests')
        """;

    private const string ListSql =
        $"""
        SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {IsUsers} AND ($1::text IS NULL OR n.nspname = $1)
          AND has_table_privilege(c.oid, 'SELECT')
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """;

    private const string TableSql =
        $"""
        SELECT c.oid, obj_description(c.oid, 'pg_class'), c.relkind = 'p',
          (SELECT a.attname::text FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
           WHERE p.partrelid = c.oid AND p.partstrat = 'r' AND p.partnatts = 1),
          (SELECT coalesce(sum(greatest(l.reltuples, pg_stat_get_live_tuples(l.oid), 0)), 0)::bigint FROM pg_catalog.pg_class l WHERE (l.oid = c.oid AND c.relkind <> 'p') OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)),
          (SELECT coalesce(sum(pg_total_relation_size(l.oid)), 0)::bigint FROM pg_catalog.pg_class l WHERE (l.oid = c.oid AND c.relkind <> 'p') OR l.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)),
          ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_am m ON m.oid = i.relam
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
                WHERE x.indrelid = c.oid AND x.indisvalid AND x.indpred IS NULL AND m.amname IN ('btree', 'brin')),
          c.relkind IN ('r', 'p', 'v'), (SELECT system_identifier::text FROM pg_catalog.pg_control_system())
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {IsUsers}
        """;

    private const string ColumnsSql =
        """
        SELECT a.attname::text, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated <> '', col_description(a.attrelid, a.attnum),
          coalesce((SELECT l.collisdeterministic FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation), true),
          (a.atthasdef AND a.attgenerated = '') OR a.attidentity <> '' OR EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid AND t.typdefault IS NOT NULL),
          a.attnum::int
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """;

    private const string PrimaryKeySql =
        """
        SELECT a.attname::text FROM pg_catalog.pg_constraint k CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS key(attnum, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum
        WHERE k.conrelid = $1 AND k.contype = 'p' ORDER BY key.position
        """;

    private const string ForeignKeysSql =
        """
        SELECT k.conname::text, n.nspname::text, c.relname::text,
          (SELECT array_agg(a.attname::text ORDER BY key.position) FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, position)
           JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum),
          (SELECT array_agg(a.attname::text ORDER BY key.position) FROM unnest(k.confkey) WITH ORDINALITY AS key(attnum, position)
           JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.attnum)
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE k.conrelid = $1 AND k.contype = 'f' AND NOT c.relispartition ORDER BY k.conname COLLATE "C"
        """;

    private const string PartitionsSql =
        """
        SELECT c.oid, n.nspname::text, c.relname::text, pg_get_expr(c.relpartbound, c.oid), greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint, coalesce(pg_total_relation_size(c.oid), 0),
          ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class n ON n.oid = x.indexrelid JOIN pg_catalog.pg_am m ON m.oid = n.relam
                JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
                WHERE x.indrelid = c.oid AND x.indisvalid AND m.amname = 'btree' AND (x.indpred IS NULL OR pg_get_expr(x.indpred, x.indrelid) = format('(%I IS NOT NULL)', a.attname)))
        FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.inhparent = $1 AND c.relispartition
        """;

    /// <summary>An index on an expression depends on the expression's functions and columns.</summary>
    private const string WordIndexesSql =
        $"""
        SELECT DISTINCT a.attname::text FROM pg_catalog.pg_depend f JOIN pg_catalog.pg_index x ON x.indexrelid = f.objid AND x.indisvalid AND x.indpred IS NULL
        JOIN pg_catalog.pg_depend d ON d.classid = f.classid AND d.objid = f.objid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = x.indrelid AND d.refobjsubid > 0
        JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = d.refobjsubid
        WHERE f.classid = 'pg_catalog.pg_class'::regclass AND f.refclassid = 'pg_catalog.pg_proc'::regclass AND f.refobjid = to_regprocedure('{SearchSql.Words}(text)')
          AND (x.indrelid = $1 OR x.indrelid IN (SELECT relid FROM pg_partition_tree($1)))
        """;

    /// <summary>The users' tables and views, partitions not counted, by schema and name.</summary>
    /// <param name="schema">Only of this schema; null: of all.</param>
    public async Task<IReadOnlyList<TableName>> ListAsync(string? schema, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        return await ListAsync(connection, schema, cancellationToken);
    }

    /// <inheritdoc cref="ListAsync(string?, CancellationToken)"/>
    public static async Task<IReadOnlyList<TableName>> ListAsync(NpgsqlConnection connection, string? schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ListSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = schema });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<TableName>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add(new TableName(reader.GetString(0), reader.GetString(1)));
        }

        return tables;
    }

    /// <returns>Null when there is no such table among the users': the server's own and the control tables are not to be found.</returns>
    public async Task<PostgresTable?> FindAsync(TableName name, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, name, cancellationToken);
    }

    /// <inheritdoc cref="FindAsync(TableName, CancellationToken)"/>
    public static async Task<PostgresTable?> FindAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        PostgresTable table;
        await using (var command = new NpgsqlCommand(TableSql, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Schema });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Name });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            table = new PostgresTable
            {
                Name = name,
                Oid = reader.GetFieldValue<uint>(0),
                Comment = TextOrNull(reader, 1),
                IsPartitioned = reader.GetBoolean(2),
                RangePartitionColumn = TextOrNull(reader, 3),
                EstimatedRows = reader.GetInt64(4),
                Bytes = reader.GetInt64(5),
                IndexedColumns = [.. reader.GetFieldValue<string[]>(6)],
                CanBeLocked = reader.GetBoolean(7),
                Server = reader.GetString(8),
                Schema = new Schema(0),
                Columns = [],
                UnsupportedColumns = [],
                PrimaryKey = [],
                JsonFieldIds = [],
            };
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in new[] { PostgresTypeReader.TypesSql, ColumnsSql, PrimaryKeySql, ForeignKeysSql, PartitionsSql, WordIndexesSql })
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(new NpgsqlParameter { Value = table.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
            batch.BatchCommands.Add(command);
        }

        await using var results = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(results, table, cancellationToken);
    }

    private static async Task<PostgresTable> ReadAsync(DbDataReader results, PostgresTable table, CancellationToken cancellationToken)
    {
        var types = new PostgresTypeReader();
        await types.LoadAsync(results, cancellationToken);

        await results.NextResultAsync(cancellationToken);
        var columns = new List<(string Name, PostgresType Type, bool Required, bool Generated, bool HasDefault, string? Comment, int Number)>();
        while (await results.ReadAsync(cancellationToken))
        {
            var type = types.Get(results.GetFieldValue<uint>(1), results.GetInt32(2), results.GetString(3));
            if (!results.GetBoolean(7))
            {
                // Texts that differ are equal there: what compares by code point has to say so.
                type = type with { IsPlainText = false };
            }

            columns.Add((results.GetString(0), type, results.GetBoolean(4), results.GetBoolean(5), results.GetBoolean(8), TextOrNull(results, 6), results.GetInt32(9)));
        }

        await results.NextResultAsync(cancellationToken);
        var key = ImmutableArray.CreateBuilder<string>();
        while (await results.ReadAsync(cancellationToken))
        {
            key.Add(results.GetString(0));
        }

        await results.NextResultAsync(cancellationToken);
        var foreignKeys = ImmutableArray.CreateBuilder<PostgresForeignKey>();
        while (await results.ReadAsync(cancellationToken))
        {
            foreignKeys.Add(new PostgresForeignKey(
                results.GetString(0), [.. results.GetFieldValue<string[]>(3)],
                new TableName(results.GetString(1), results.GetString(2)), [.. results.GetFieldValue<string[]>(4)]));
        }

        await results.NextResultAsync(cancellationToken);
        var partitions = await ReadPartitionsAsync(results, cancellationToken);

        await results.NextResultAsync(cancellationToken);
        var words = ImmutableHashSet.CreateBuilder<string>();
        while (await results.ReadAsync(cancellationToken))
        {
            words.Add(results.GetString(0));
        }

        var supported = columns.Where(column => column.Type.ToIceberg(new FieldIdCounter(0)) is not null).ToList();
        var ids = new FieldIdCounter(supported.Count);
        var mapped = supported
            .Select((column, i) =>
            {
                ids.Note(i + 1, column.Type);
                var field = new NestedField(i + 1, column.Name, column.Type.ToIceberg(ids)!, column.Required, column.Comment);
                return new PostgresColumn(column.Type, field, column.Generated) { HasDefault = column.HasDefault, Number = column.Number };
            })
            .ToImmutableArray();
        var byName = mapped.ToDictionary(column => column.Name, column => column.Field);
        var identifies = key.Count > 0
            && key.All(name => byName.TryGetValue(name, out var field) && field is { Required: true, Type: PrimitiveType and not (FloatType or DoubleType) });
        return table with
        {
            Columns = mapped,
            Schema = new Schema(0, new StructType([.. mapped.Select(column => column.Field)]), identifies ? [.. key.Select(name => byName[name].Id)] : []),
            UnsupportedColumns = [.. columns.Except(supported).Select(column => new UnsupportedColumn(column.Name, column.Type.Name, Reason(column.Type)))],
            PrimaryKey = key.ToImmutable(),
            ForeignKeys = foreignKeys.ToImmutable(),
            JsonFieldIds = [.. ids.JsonFieldIds],
            Partitions = table.RangePartitionColumn is null ? [] : partitions,
            WordIndexedColumns = words.ToImmutable(),
            ColumnList = DescribedColumns.ListOf(columns.Select(column => (column.Number, column.Name))),
        };
    }

    private static async Task<ImmutableArray<PostgresPartition>> ReadPartitionsAsync(DbDataReader results, CancellationToken cancellationToken)
    {
        var partitions = new List<PostgresPartition>();
        while (await results.ReadAsync(cancellationToken))
        {
            if (results.IsDBNull(3))
            {
                // Dropped since the snapshot: such functions look at what is there now.
                continue;
            }

            var bounds = PartitionBounds.Parse(results.GetString(3));
            partitions.Add(new PostgresPartition(
                new TableName(results.GetString(1), results.GetString(2)), results.GetFieldValue<uint>(0),
                bounds?.From, bounds?.To, bounds?.IsDefault ?? false, results.GetInt64(4), results.GetInt64(5))
            {
                IndexedColumns = [.. results.GetFieldValue<string[]>(6)],
            });
        }

        return [.. partitions.OrderBy(partition => partition.IsDefault).ThenBy(partition => partition.From ?? DateTimeOffset.MinValue)];
    }

    private static string Reason(PostgresType type) =>
        type.Wire == PostgresWireKind.Numeric ? $"has more than {DecimalType.MaxPrecision} digits" : "has no counterpart in Iceberg";

    private static string? TextOrNull(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
