using System.Globalization;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// The right to move one day of a table, and that to change what is published of one in a REST catalog. Whoever gets it next sees what came of the move before.
/// </summary>
public static class MoveLock
{
    /// <returns>Null when somebody else moves that day at present.</returns>
    public static Task<SessionLock?> TryAcquireAsync(NpgsqlConnection connection, TableName table, DateOnly day, CancellationToken cancellationToken) =>
        SessionLock.TryAcquireAsync(
            connection, string.Create(CultureInfo.InvariantCulture, $"federated-query move {table.ToSql()} {day:yyyy-MM-dd}"), cancellationToken);

    /// <returns>Null when somebody else publishes at present.</returns>
    public static Task<SessionLock?> TryAcquirePublicationAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken) =>
        SessionLock.TryAcquireAsync(connection, $"federated-query publish {table.ToSql()}", cancellationToken);
}
