using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>The settings of tiered tables. Overloads with a transaction read and write inside it.</summary>
public sealed class TieredTableStore(PostgresConnections connections)
{
    /// <summary>
    /// Columns under their names of now: a table's settings name them by PostgreSQL's numbers, which outlive names. By the names of then where the table is another one by now, or came
    /// from a dump (migration ColumnNumbers).
    /// </summary>
    private const string NowSql =
        """
        SELECT t.schema_name, t.table_name, t.namespace,
          (federated_query.column_names(r.oid, ARRAY[t.time_number], ARRAY[t.time_column]))[1] AS time_column,
          federated_query.column_names(r.oid, t.key_numbers, t.primary_key) AS primary_key,
          federated_query.column_names(r.oid, t.partition_numbers, t.partition_by) AS partition_by,
          t.hot_days, t.cold_days, t.boundary, t.published_snapshot_id, t.created_at
        FROM federated_query.tiered_tables t
        LEFT JOIN LATERAL (SELECT federated_query.relation(t.schema_name, t.table_name) AS oid) r ON federated_query.relation_source(r.oid) = t.source
        """;

    private const string FollowSql =
        $$"""
        UPDATE federated_query.tiered_tables t SET time_column = now.time_column, primary_key = now.primary_key, partition_by = now.partition_by
        FROM ({{NowSql}}) AS now
        WHERE t.schema_name = {0} AND t.table_name = {1} AND now.schema_name = t.schema_name AND now.table_name = t.table_name
          AND ((t.time_column, t.primary_key, t.partition_by) IS DISTINCT FROM (now.time_column, now.primary_key, now.partition_by)
            OR t.source IS DISTINCT FROM federated_query.relation_source(federated_query.relation(t.schema_name, t.table_name)))
        """;

    private const string NumberSql =
        """
        UPDATE federated_query.tiered_tables t
        SET source = federated_query.relation_source(r.oid),
          time_number = (federated_query.column_numbers(r.oid, ARRAY[t.time_column]))[1],
          key_numbers = federated_query.column_numbers(r.oid, t.primary_key),
          partition_numbers = federated_query.column_numbers(r.oid, t.partition_by)
        FROM (SELECT federated_query.relation({0}, {1}) AS oid) r
        WHERE t.schema_name = {0} AND t.table_name = {1}
        """;

    /// <summary>All, by schema and name.</summary>
    public async Task<IReadOnlyList<TieredTable>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await ListAsync(context, cancellationToken);
    }

    /// <inheritdoc cref="ListAsync(CancellationToken)"/>
    public static async Task<IReadOnlyList<TieredTable>> ListAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        return await ListAsync(context, cancellationToken);
    }

    /// <returns>Null when the table is not tiered.</returns>
    public async Task<TieredTable?> FindAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await FindAsync(context, table, cancellationToken);
    }

    /// <inheritdoc cref="FindAsync(TableName, CancellationToken)"/>
    public static async Task<TieredTable?> FindAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        return await FindAsync(context, table, cancellationToken);
    }

    /// <summary>The name that a table's time column has by now.</summary>
    /// <param name="connection">In whatever transaction it has open.</param>
    /// <returns>Null when the table is not tiered.</returns>
    public static async Task<string?> FindTimeColumnAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT time_column FROM ({NowSql}) AS tables WHERE schema_name = $1 AND table_name = $2", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Name });
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Notes the names that the columns of a table's settings have by now, and their numbers where the table is another one or came from a dump.</summary>
    public static async Task FollowAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        if (await context.Database.ExecuteSqlRawAsync(FollowSql, [table.Schema, table.Name], cancellationToken) > 0)
        {
            await context.Database.ExecuteSqlRawAsync(NumberSql, [table.Schema, table.Name], cancellationToken);
        }
    }

    /// <summary>Adds the table or replaces its settings; the boundary and the time of creation of a known table stay.</summary>
    public async Task SaveAsync(TieredTable table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        await SaveAsync(context, table, cancellationToken);
    }

    /// <inheritdoc cref="SaveAsync(TieredTable, CancellationToken)"/>
    public static async Task SaveAsync(NpgsqlTransaction transaction, TieredTable table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        await SaveAsync(context, table, cancellationToken);
    }

    /// <summary>Moves the boundary on; it never goes back.</summary>
    public static async Task AdvanceBoundaryAsync(
        NpgsqlTransaction transaction, TableName table, DateTimeOffset boundary, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        await context.TieredTables
            .Where(row => row.Schema == table.Schema && row.Name == table.Name && (row.Boundary == null || row.Boundary < boundary))
            .ExecuteUpdateAsync(row => row.SetProperty(t => t.Boundary, boundary), cancellationToken);
    }

    /// <summary>Notes another layout of the cold table; nothing where the table is not tiered.</summary>
    public static async Task SetPartitionByAsync(
        NpgsqlTransaction transaction, TableName table, IReadOnlyList<string> partitionBy, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.tiered_tables t SET partition_by = {partitionBy.ToArray()}, partition_numbers = federated_query.column_numbers(r.oid, {partitionBy.ToArray()})
            FROM (SELECT federated_query.relation({table.Schema}, {table.Name}) AS oid) r
            WHERE t.schema_name = {table.Schema} AND t.table_name = {table.Name}
            """,
            cancellationToken);
    }

    /// <returns>False when the table was not tiered.</returns>
    public async Task<bool> RemoveAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.TieredTables
            .Where(row => row.Schema == table.Schema && row.Name == table.Name)
            .ExecuteDeleteAsync(cancellationToken) > 0;
    }

    private static async Task SaveAsync(ControlDbContext context, TieredTable table, CancellationToken cancellationToken)
    {
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO federated_query.tiered_tables
              (schema_name, table_name, namespace, time_column, primary_key, partition_by, hot_days, cold_days, boundary, created_at)
            VALUES ({table.Schema}, {table.Name}, {table.Namespace}, {table.TimeColumn}, {table.PrimaryKey.ToArray()}, {table.PartitionBy.ToArray()},
              {table.HotDays}, {table.ColdDays}, {table.Boundary}, {table.CreatedAt})
            ON CONFLICT (schema_name, table_name) DO UPDATE SET
              namespace = excluded.namespace, time_column = excluded.time_column, primary_key = excluded.primary_key,
              partition_by = excluded.partition_by, hot_days = excluded.hot_days, cold_days = excluded.cold_days
            """,
            cancellationToken);
        await context.Database.ExecuteSqlRawAsync(NumberSql, [table.Schema, table.Name], cancellationToken);
    }

    private static async Task<IReadOnlyList<TieredTable>> ListAsync(ControlDbContext context, CancellationToken cancellationToken) =>
        await context.TieredTables.FromSqlRaw(NowSql).OrderBy(row => row.Schema).ThenBy(row => row.Name).ToListAsync(cancellationToken);

    private static Task<TieredTable?> FindAsync(ControlDbContext context, TableName table, CancellationToken cancellationToken) =>
        context.TieredTables.FromSqlRaw(NowSql).SingleOrDefaultAsync(row => row.Schema == table.Schema && row.Name == table.Name, cancellationToken);
}
