using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Control.Verification;

/// <summary>What verification found, by table and day. Timed by the database's clock.</summary>
public sealed class VerificationStore(PostgresConnections connections)
{
    /// <summary>
    /// Takes the right to verify next, which all processes share: whoever gets it says at the end when the next may (<see cref="EndTurnAsync"/>), and if it dies the
    /// turn comes again after <paramref name="atMost"/>.
    /// </summary>
    /// <returns>False when it is not time yet, or another process is at it.</returns>
    public async Task<bool> TryTakeTurnAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "UPDATE federated_query.verification_turn SET next_at = clock_timestamp() + $1 WHERE next_at <= clock_timestamp()");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = atMost });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The next turn is so long from now.</summary>
    public async Task EndTurnAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("UPDATE federated_query.verification_turn SET next_at = clock_timestamp() + $1");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = pause });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores what was seen of days: violations that are there again stay open, those that are not are closed.</summary>
    /// <param name="days">All of the days that were looked at.</param>
    /// <param name="violations">Of those days alone.</param>
    public async Task SaveAsync(TableName table, IReadOnlyList<VerifiedDay> days, IReadOnlyList<Violation> violations, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var verified = Command(
            connection,
            """
            INSERT INTO federated_query.verified_days (schema_name, table_name, day, verified_at, cold_rows, hot_rows, counted_only)
            SELECT $1, $2, day, clock_timestamp(), cold, hot, counted FROM unnest($3::date[], $4::bigint[], $5::bigint[], $6::boolean[]) AS seen (day, cold, hot, counted)
            ON CONFLICT (schema_name, table_name, day) DO UPDATE
            SET verified_at = excluded.verified_at, cold_rows = excluded.cold_rows, hot_rows = excluded.hot_rows, counted_only = excluded.counted_only
            """,
            table))
        {
            Add(verified, days.Select(day => day.Day));
            Add(verified, days.Select(day => day.ColdRows));
            Add(verified, days.Select(day => day.HotRows));
            Add(verified, days.Select(day => day.CountedOnly));
            await verified.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var closed = Command(
            connection,
            """
            UPDATE federated_query.violations AS known SET closed_at = clock_timestamp()
            WHERE schema_name = $1 AND table_name = $2 AND closed_at IS NULL AND day = ANY($3)
              AND NOT EXISTS (SELECT FROM unnest($4::date[], $5::text[]) AS found (day, kind) WHERE found.day = known.day AND found.kind = known.kind)
            """,
            table))
        {
            Add(closed, days.Select(day => day.Day));
            Add(closed, violations.Select(violation => violation.Day));
            Add(closed, violations.Select(violation => violation.Kind));
            await closed.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var opened = Command(
            connection,
            """
            INSERT INTO federated_query.violations (schema_name, table_name, day, kind, detail)
            SELECT $1, $2, day, kind, detail FROM unnest($3::date[], $4::text[], $5::text[]) AS found (day, kind, detail)
            ON CONFLICT (schema_name, table_name, day, kind) WHERE closed_at IS NULL DO UPDATE SET detail = excluded.detail, seen_at = clock_timestamp()
            """,
            table))
        {
            Add(opened, violations.Select(violation => violation.Day));
            Add(opened, violations.Select(violation => violation.Kind));
            Add(opened, violations.Select(violation => violation.Detail));
            await opened.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Forgets the days of a table that are none any more; what was wrong with them is closed.</summary>
    /// <param name="days">Those there still are.</param>
    public async Task KeepOnlyAsync(TableName table, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            """
            WITH gone AS (DELETE FROM federated_query.verified_days WHERE schema_name = $1 AND table_name = $2 AND day <> ALL($3))
            UPDATE federated_query.violations SET closed_at = clock_timestamp()
            WHERE schema_name = $1 AND table_name = $2 AND day <> ALL($3) AND closed_at IS NULL
            """,
            table);
        Add(command, days);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>When each day of a table was last verified, with what was seen.</summary>
    public async Task<IReadOnlyDictionary<DateOnly, (DateTimeOffset At, VerifiedDay Seen)>> ListDaysAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            "SELECT day, verified_at, cold_rows, hot_rows, counted_only FROM federated_query.verified_days WHERE schema_name = $1 AND table_name = $2",
            table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new Dictionary<DateOnly, (DateTimeOffset, VerifiedDay)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var day = reader.GetFieldValue<DateOnly>(0);
            days[day] = (
                reader.GetFieldValue<DateTimeOffset>(1), new VerifiedDay(day, reader.GetInt64(2), reader.GetInt64(3), reader.GetBoolean(4)));
        }

        return days;
    }

    /// <summary>Open violations of a table, by day.</summary>
    public async Task<IReadOnlyList<Violation>> ListOpenAsync(TableName table, int most, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            """
            SELECT day, kind, detail FROM federated_query.violations WHERE schema_name = $1 AND table_name = $2 AND closed_at IS NULL ORDER BY day, kind LIMIT $3
            """,
            table);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var violations = new List<Violation>();
        while (await reader.ReadAsync(cancellationToken))
        {
            violations.Add(new Violation(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetString(2)));
        }

        return violations;
    }

    /// <summary>Open violations of one table, or (null) of all.</summary>
    public async Task<long> CountOpenAsync(TableName? table, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "SELECT count(*) FROM federated_query.violations WHERE closed_at IS NULL AND ($1::text IS NULL OR (schema_name = $1 AND table_name = $2))");
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)table?.Schema ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)table?.Name ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, TableName table) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = table.Schema }, new NpgsqlParameter<string> { TypedValue = table.Name } },
    };

    private static void Add<T>(NpgsqlCommand command, IEnumerable<T> values) => command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
}
