using FederatedQuery.Hot.Connections;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Control;

/// <summary>A cold table as it was last registered in the second catalog.</summary>
public sealed record AnalyticsTable
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>The metadata file that the second catalog was told; null: not registered yet.</summary>
    public string? MetadataLocation { get; init; }

    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>Why the last attempt failed; null: it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>Since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>By the database's clock: whether somebody may work on it now.</summary>
    public bool IsDue { get; init; }
}

/// <summary>
/// What is registered in the second catalog. Processes take turns by claims, which lapse by themselves and also hold back what has failed; no connection is
/// held meanwhile.
/// </summary>
public sealed class AnalyticsTableStore(PostgresConnections connections)
{
    /// <summary>All, by namespace and name.</summary>
    public async Task<IReadOnlyList<AnalyticsTable>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            SELECT namespace, table_name, metadata_location, registered_at, last_error, failures, next_attempt_at <= clock_timestamp()
            FROM federated_query.analytics_tables ORDER BY namespace COLLATE "C", table_name COLLATE "C"
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<AnalyticsTable>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add(new AnalyticsTable
            {
                Namespace = reader.GetString(0),
                Name = reader.GetString(1),
                MetadataLocation = reader.IsDBNull(2) ? null : reader.GetString(2),
                RegisteredAt = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                LastError = reader.IsDBNull(4) ? null : reader.GetString(4),
                Failures = reader.GetInt32(5),
                IsDue = reader.GetBoolean(6),
            });
        }

        return tables;
    }

    /// <summary>Takes a table, for one process at a time.</summary>
    /// <param name="lease">After this another may take it.</param>
    /// <param name="evenEarly">Whether a failure's pause is cut short; a claim never is.</param>
    /// <returns>False when another has it, or it is too early to try again.</returns>
    public async Task<bool> TryClaimAsync(string tableNamespace, string name, TimeSpan lease, bool evenEarly, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            INSERT INTO federated_query.analytics_tables AS t (namespace, table_name, failures, is_claimed, next_attempt_at) VALUES ($1, $2, 0, true, clock_timestamp() + $3)
            ON CONFLICT (namespace, table_name) DO UPDATE SET is_claimed = true, next_attempt_at = excluded.next_attempt_at
            WHERE t.next_attempt_at <= clock_timestamp() OR (NOT t.is_claimed AND $4)
            """,
            tableNamespace, name);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = lease });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = evenEarly });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Ends a claim: the second catalog has this metadata file.</summary>
    public async Task RegisteredAsync(string tableNamespace, string name, string metadataLocation, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            UPDATE federated_query.analytics_tables SET
              registered_at = CASE WHEN metadata_location IS DISTINCT FROM $3 THEN clock_timestamp() ELSE registered_at END,
              metadata_location = $3, last_error = NULL, failures = 0, is_claimed = false, next_attempt_at = clock_timestamp()
            WHERE namespace = $1 AND table_name = $2
            """,
            tableNamespace, name);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = metadataLocation });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends a claim: it is tried again after a pause that doubles with each failure.</summary>
    public async Task FailedAsync(string tableNamespace, string name, string error, TimeSpan firstPause, TimeSpan longestPause, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            UPDATE federated_query.analytics_tables SET last_error = $3, failures = failures + 1, is_claimed = false,
              next_attempt_at = clock_timestamp() + least($5, $4 * power(2, least(failures, 20)))
            WHERE namespace = $1 AND table_name = $2
            """,
            tableNamespace, name);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = error });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = firstPause, NpgsqlDbType = NpgsqlDbType.Interval });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = longestPause, NpgsqlDbType = NpgsqlDbType.Interval });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets a table that the second catalog has no more.</summary>
    public async Task RemoveAsync(string tableNamespace, string name, CancellationToken cancellationToken)
    {
        await using var command = Command("DELETE FROM federated_query.analytics_tables WHERE namespace = $1 AND table_name = $2", tableNamespace, name);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, string tableNamespace, string name)
    {
        var command = connections.Owner.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tableNamespace });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return command;
    }
}
