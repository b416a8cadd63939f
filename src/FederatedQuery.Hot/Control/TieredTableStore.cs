using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>The settings of tiered tables. Overloads with a transaction read and write inside it.</summary>
public sealed class TieredTableStore(PostgresConnections connections)
{
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
            $"UPDATE federated_query.tiered_tables SET partition_by = {partitionBy.ToArray()} WHERE schema_name = {table.Schema} AND table_name = {table.Name}",
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

    private static Task SaveAsync(ControlDbContext context, TieredTable table, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync(
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

    private static async Task<IReadOnlyList<TieredTable>> ListAsync(ControlDbContext context, CancellationToken cancellationToken) =>
        await context.TieredTables.OrderBy(row => row.Schema).ThenBy(row => row.Name).ToListAsync(cancellationToken);

    private static Task<TieredTable?> FindAsync(ControlDbContext context, TableName table, CancellationToken cancellationToken) =>
        context.TieredTables.SingleOrDefaultAsync(row => row.Schema == table.Schema && row.Name == table.Name, cancellationToken);
}
