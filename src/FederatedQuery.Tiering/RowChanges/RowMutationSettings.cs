using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>Says which tables' rows may be changed through the gateway. Nothing may, unless it was allowed here.</summary>
public sealed partial class RowMutationSettings(PostgresConnections connections, ILogger<RowMutationSettings> logger)
{
    /// <param name="tableName"><c>name</c> or <c>schema.name</c>: a table of PostgreSQL, tiered or not.</param>
    /// <param name="allowed">From now on these, and no others.</param>
    /// <returns>The table.</returns>
    /// <exception cref="TieringException">NotFound, InvalidArgument; NotAllowed: it is a view.</exception>
    public async Task<TableName> AllowAsync(string tableName, RowMutations allowed, CancellationToken cancellationToken)
    {
        var table = TableNames.Parse(tableName);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AllowAsync(transaction, table, allowed, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.Allowed(logger, table.ToString(), allowed);
        return table;
    }

    /// <inheritdoc cref="AllowAsync(string, RowMutations, CancellationToken)"/>
    internal static async Task AllowAsync(NpgsqlTransaction transaction, TableName table, RowMutations allowed, CancellationToken cancellationToken)
    {
        switch (await RowMutationStore.IsTableAsync(transaction, table, cancellationToken))
        {
            case null:
                throw new TieringException(
                    TieringErrorKind.NotFound, $"There is no table '{table}' in PostgreSQL. Rows of a table that is in the cold tier alone cannot be changed by row.");

            case false when allowed != RowMutations.None:
                throw new TieringException(TieringErrorKind.NotAllowed, $"'{table}' is a view or a foreign table, whose rows are not changed here. Allow it for the table behind it.");
        }

        await RowMutationStore.SaveAsync(transaction, table, allowed, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.RowMutationsAllowed, LogLevel.Information, "Changes of rows of '{Table}' that are allowed: {Allowed}")]
        public static partial void Allowed(ILogger logger, string table, RowMutations allowed);
    }
}
