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

    /// <summary>Stores what was seen of days: violations of <see cref="ViolationKind.OfDays"/> that are there again stay open, those that are not are closed.</summary>
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

        await ReplaceAsync(connection, table, ViolationKind.OfDays, [.. days.Select(day => day.Day)], violations, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The keys of all days of a table are being looked at: if that fails, it is others' turn before it is tried again.</summary>
    public async Task BeginKeysAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await NoteKeysAsync(connection, table, null, cancellationToken);
    }

    /// <summary>Stores what was seen of the keys of all days, in the same way: <see cref="ViolationKind.OfKeys"/>.</summary>
    /// <param name="snapshotId">Of the cold table as it was looked at; null: it had none.</param>
    public async Task SaveKeysAsync(TableName table, long? snapshotId, IReadOnlyList<Violation> violations, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await NoteKeysAsync(connection, table, snapshotId, cancellationToken);
        await ReplaceAsync(connection, table, ViolationKind.OfKeys, null, violations, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>When the keys of all days of a table were last looked at, and in which snapshot (null: that had no end).</summary>
    /// <returns>Null: never.</returns>
    public async Task<(DateTimeOffset At, long? SnapshotId)?> FindKeysAsync(TableName table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection, "SELECT verified_at, snapshot_id FROM federated_query.verified_keys WHERE schema_name = $1 AND table_name = $2", table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetFieldValue<DateTimeOffset>(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetInt64(1))
            : null;
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

    private static async Task NoteKeysAsync(NpgsqlConnection connection, TableName table, long? snapshotId, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            """
            INSERT INTO federated_query.verified_keys (schema_name, table_name, verified_at, snapshot_id) VALUES ($1, $2, clock_timestamp(), $3)
            ON CONFLICT (schema_name, table_name) DO UPDATE SET verified_at = excluded.verified_at, snapshot_id = excluded.snapshot_id
            """,
            table);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)snapshotId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Closes open violations of these kinds that are not found again, and opens those that were not.</summary>
    /// <param name="days">That were looked at; null: all.</param>
    private static async Task ReplaceAsync(
        NpgsqlConnection connection, TableName table, IReadOnlyList<string> kinds, DateOnly[]? days, IReadOnlyList<Violation> violations, CancellationToken cancellationToken)
    {
        await using (var closed = Command(
            connection,
            """
            UPDATE federated_query.violations AS known SET closed_at = clock_timestamp()
            WHERE schema_name = $1 AND table_name = $2 AND closed_at IS NULL AND kind = ANY($5) AND ($6::date[] IS NULL OR day = ANY($6))
              AND NOT EXISTS (SELECT FROM unnest($3::date[], $4::text[]) AS found (day, kind) WHERE found.day = known.day AND found.kind = known.kind)
            """,
            table))
        {
            Add(closed, violations.Select(violation => violation.Day));
            Add(closed, violations.Select(violation => violation.Kind));
            Add(closed, kinds);
            closed.Parameters.Add(new NpgsqlParameter
            {
                Value = (object?)days ?? DBNull.Value,
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Date,
            });
            await closed.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var opened = Command(
            connection,
            """
            INSERT INTO federated_query.violations (schema_name, table_name, day, kind, detail)
            SELECT $1, $2, day, kind, detail FROM unnest($3::date[], $4::text[], $5::text[]) AS found (day, kind, detail)
            ON CONFLICT (schema_name, table_name, day, kind) WHERE closed_at IS NULL DO UPDATE SET detail = excluded.detail, seen_at = clock_timestamp()
            """,
            table);
        Add(opened, violations.Select(violation => violation.Day));
        Add(opened, violations.Select(violation => violation.Kind));
        Add(opened, violations.Select(violation => violation.Detail));
        await opened.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, TableName table) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = table.Schema }, new NpgsqlParameter<string> { TypedValue = table.Name } },
    };

    private static void Add<T>(NpgsqlCommand command, IEnumerable<T> values) => command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
}
