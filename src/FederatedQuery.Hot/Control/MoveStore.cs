using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>What was moved, when, and into which snapshot. Written in the transaction of the move itself.</summary>
public sealed class MoveStore(PostgresConnections connections)
{
    public static async Task AddAsync(NpgsqlTransaction transaction, Move move, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(transaction);
        // A copy: the database gives the id.
        context.Moves.Add(move with { Id = 0 });
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The moves of a table, oldest first.</summary>
    public async Task<IReadOnlyList<Move>> ListAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Moves
            .Where(row => row.Schema == table.Schema && row.Name == table.Name)
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken);
    }
}
