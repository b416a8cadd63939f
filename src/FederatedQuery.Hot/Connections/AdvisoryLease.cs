using Npgsql;

namespace FederatedQuery.Hot.Connections;

/// <summary>An advisory lock held by a connection of its own, until disposed of or until the connection ends.</summary>
public sealed class AdvisoryLease : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly long _key;

    private AdvisoryLease(NpgsqlConnection connection, long key)
    {
        _connection = connection;
        _key = key;
    }

    /// <returns>Null when somebody else holds it.</returns>
    internal static async Task<AdvisoryLease?> TryAcquireAsync(NpgsqlDataSource source, long key, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            {
                return new AdvisoryLease(connection, key);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Gives the lock back; with a broken connection it has ended, or ends, by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var connection = _connection;
        if (connection.FullState.HasFlag(System.Data.ConnectionState.Broken) || !connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            return;
        }

        await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection) { CommandTimeout = 10 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _key });
        try
        {
            await command.ExecuteScalarAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // Not to be used by others with the lock still on it.
            NpgsqlConnection.ClearPool(connection);
        }
    }
}
