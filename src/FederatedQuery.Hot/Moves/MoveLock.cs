using System.Globalization;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// The right to move one day of a table, held by a connection: it ends with the connection's backend at the latest, and so not before a
/// COMMIT whose answer was lost has been decided. Whoever gets it next sees what came of that.
/// </summary>
public sealed class MoveLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _name;

    private MoveLock(NpgsqlConnection connection, string name)
    {
        _connection = connection;
        _name = name;
    }

    /// <returns>Null when somebody else moves that day at present.</returns>
    public static async Task<MoveLock?> TryAcquireAsync(
        NpgsqlConnection connection, TableName table, DateOnly day, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"federated-query move {table.ToSql()} {day:yyyy-MM-dd}");
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))! ? new MoveLock(connection, name) : null;
    }

    /// <summary>Gives the right back; with a broken connection it has ended, or ends, by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection.FullState.HasFlag(System.Data.ConnectionState.Broken) || !_connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            return;
        }

        await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock(hashtextextended($1, 0))", _connection) { CommandTimeout = 10 };
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _name });
        try
        {
            await command.ExecuteScalarAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // Broken, or in a failed transaction: not to be used by others with the lock still on it.
            NpgsqlConnection.ClearPool(_connection);
        }
    }
}
