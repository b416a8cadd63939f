using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>
/// A right that one connection in all processes has at a time. It ends with the connection's backend at the latest, and so not before a COMMIT whose answer
/// was lost has been decided.
/// </summary>
public sealed class SessionLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _name;
    private readonly bool _ownsConnection;

    private SessionLock(NpgsqlConnection connection, string name, bool ownsConnection)
    {
        _connection = connection;
        _name = name;
        _ownsConnection = ownsConnection;
    }

    /// <summary>With a connection of its own, which is given back with the lock.</summary>
    /// <inheritdoc cref="TryAcquireAsync(NpgsqlConnection, string, CancellationToken)"/>
    public static async Task<SessionLock?> TryAcquireAsync(NpgsqlDataSource source, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var connection = await source.OpenConnectionAsync(cancellationToken);
        SessionLock? acquired = null;
        try
        {
            return acquired = await TryAcquireAsync(connection, name, ownsConnection: true, cancellationToken);
        }
        finally
        {
            if (acquired is null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <param name="connection">Holds it until the lock is disposed of.</param>
    /// <param name="name">What it is a right to; alike in all processes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when another connection has it at present.</returns>
    public static Task<SessionLock?> TryAcquireAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        TryAcquireAsync(connection, name, ownsConnection: false, cancellationToken);

    /// <summary>Gives the right back; with a broken connection it has ended, or ends, by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var own = _ownsConnection ? _connection : null;
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

    private static async Task<SessionLock?> TryAcquireAsync(NpgsqlConnection connection, string name, bool ownsConnection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))! ? new SessionLock(connection, name, ownsConnection) : null;
    }
}
