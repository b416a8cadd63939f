using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>
/// The ledger of what each day's cold rows should be: what came, what was taken away, when, and by which snapshot. Written in the transaction that commits the
/// snapshot, where the catalog is in PostgreSQL.
/// </summary>
public sealed class MoveStore(PostgresConnections connections)
{
    public static Task AddAsync(NpgsqlTransaction transaction, Move move, CancellationToken cancellationToken) => AddAsync(transaction, [move], cancellationToken);

    /// <inheritdoc cref="AddAsync(NpgsqlTransaction, Move, CancellationToken)"/>
    public static async Task AddAsync(NpgsqlTransaction transaction, IEnumerable<Move> moves, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        // Copies: the database gives the ids.
        context.Moves.AddRange(moves.Select(move => move with { Id = 0 }));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Whether there are entries of a table.</summary>
    public static async Task<bool> HasAnyAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        return await context.Moves.AnyAsync(row => row.Schema == table.Schema && row.Name == table.Name, cancellationToken);
    }

    /// <summary>Removes the entries of a table that is gone.</summary>
    public static async Task ForgetAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        await context.Moves.Where(row => row.Schema == table.Schema && row.Name == table.Name).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>The tables that have entries.</summary>
    public async Task<IReadOnlyList<TableName>> ListTablesAsync(CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        var names = await context.Moves.Select(row => new { row.Schema, row.Name }).Distinct().ToListAsync(cancellationToken);
        return [.. names.Select(name => new TableName(name.Schema, name.Name))];
    }

    /// <summary>The moves of a table, oldest first.</summary>
    public async Task<IReadOnlyList<Move>> ListAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await ListAsync(context, table, cancellationToken);
    }

    /// <inheritdoc cref="ListAsync(TableName, CancellationToken)"/>
    public static async Task<IReadOnlyList<Move>> ListAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        return await ListAsync(context, table, cancellationToken);
    }

    private static async Task<IReadOnlyList<Move>> ListAsync(ControlDbContext context, TableName table, CancellationToken cancellationToken) => await context.Moves
        .Where(row => row.Schema == table.Schema && row.Name == table.Name)
        .OrderBy(row => row.Id)
        .ToListAsync(cancellationToken);
}
