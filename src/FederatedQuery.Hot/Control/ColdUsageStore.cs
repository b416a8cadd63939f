using FederatedQuery.Hot.Connections;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>Bytes that a caller's queries have taken on a day (UTC, by the database's clock).</summary>
public sealed record ColdUsage(string Caller, DateOnly Day);

/// <summary>
/// What callers have read of cold files, by day, shared by all processes. Bytes are taken before they are read, in one statement, so that queries at the same time
/// do not take more than there is between them. A row for a caller and day; days long past are forgotten as new ones begin.
/// </summary>
public sealed class ColdUsageStore(PostgresConnections connections)
{
    private const string TakeSql =
        """
        INSERT INTO federated_query.cold_usage AS usage (caller, day, bytes) VALUES ($1, (clock_timestamp() AT TIME ZONE 'UTC')::date, $2)
        ON CONFLICT (caller, day) DO UPDATE SET bytes = usage.bytes + excluded.bytes WHERE usage.bytes + excluded.bytes <= $3
        RETURNING day, xmax = 0
        """;

    /// <summary>A month of days can be looked at.</summary>
    private const string ForgetSql = "DELETE FROM federated_query.cold_usage WHERE day < (clock_timestamp() AT TIME ZONE 'UTC')::date - 31";

    /// <summary>Takes bytes unless that would be more than the caller may take in a day.</summary>
    /// <returns>Null when it would; nothing is taken then.</returns>
    public async Task<ColdUsage?> TakeAsync(string caller, long bytes, long most, CancellationToken cancellationToken)
    {
        if (bytes > most)
        {
            return null;
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        DateOnly day;
        bool isFirst;
        await using (var command = new NpgsqlCommand(TakeSql, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = caller });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bytes });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = most });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            (day, isFirst) = (reader.GetFieldValue<DateOnly>(0), reader.GetBoolean(1));
        }

        if (isFirst)
        {
            await using var forget = new NpgsqlCommand(ForgetSql, connection);
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }

        return new ColdUsage(caller, day);
    }

    /// <summary>Gives back what was taken and not read.</summary>
    public async Task GiveBackAsync(ColdUsage taken, long bytes, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "UPDATE federated_query.cold_usage SET bytes = greatest(0, bytes - $3) WHERE caller = $1 AND day = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = taken.Caller });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = taken.Day });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bytes });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What the caller has taken today.</summary>
    public async Task<long> SpentAsync(string caller, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "SELECT bytes FROM federated_query.cold_usage WHERE caller = $1 AND day = (clock_timestamp() AT TIME ZONE 'UTC')::date");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = caller });
        return (long)(await command.ExecuteScalarAsync(cancellationToken) ?? 0L);
    }
}
