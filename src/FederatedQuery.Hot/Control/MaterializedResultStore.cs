using System.Globalization;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Control;

/// <summary>
/// The index of stored results. A result is entered before its file is written (<c>writing</c>), found from when it is <c>ready</c>, and stays as <c>dropped</c> until
/// its file is deleted: whatever dies in between, each file is known here. Times are the callers'.
/// </summary>
public sealed class MaterializedResultStore(PostgresConnections connections)
{
    private const string Columns =
        "id, key, statement, sql, tables, cold::text, hot_fingerprint, hot_relations, hot_snapshot::text, location, columns::text, rows, truncated, bytes, created_at, expires_at";

    private const string FindSql = $"SELECT {Columns} FROM federated_query.materialized_results WHERE key = $1 AND state = 'ready' AND expires_at > $2";

    /// <summary>The result to answer with, unless it is out of date.</summary>
    public async Task<MaterializedResult?> FindAsync(byte[] key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(FindSql);
        Add(command, key, now.ToUniversalTime());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>The same as a read session sees it.</summary>
    public static SessionQuestion<MaterializedResult?> AskFor(byte[] key, DateTimeOffset now) => new(
        () => new NpgsqlBatchCommand(FindSql) { Parameters = { new NpgsqlParameter { Value = key }, new NpgsqlParameter { Value = now.ToUniversalTime() } } },
        async (reader, cancellationToken) => await reader.ReadAsync(cancellationToken) ? Read(reader) : null);

    /// <summary>Enters a result whose file is going to be written.</summary>
    public async Task BeginAsync(MaterializedResult result, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            INSERT INTO federated_query.materialized_results
              (id, key, statement, sql, state, tables, cold, hot_fingerprint, hot_relations, hot_snapshot, location, columns, rows, truncated, bytes, created_at, expires_at, last_used_at)
            VALUES ($1, $2, $3, $4, 'writing', $5, $6::jsonb, $7, $8, $9::pg_snapshot, $10, $11::jsonb, $12, $13, $14, $15, $16, $15)
            """);
        Add(command, result.Id, result.Key, result.Statement, result.Sql, result.Tables.ToArray(), result.Cold);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)result.HotFingerprint ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = result.HotRelations.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)result.HotSnapshot ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        Add(command, result.Location, result.Columns, result.Rows, result.Truncated, result.Bytes, result.CreatedAt.ToUniversalTime(), result.ExpiresAt.ToUniversalTime());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Makes a written result the one that is found by its key, and drops those used longest ago until no more than so many and so large ones are left.
    /// </summary>
    /// <returns>The results dropped for room; null when this one was dropped meanwhile, or is older than the notes that tell whether it is out of date.</returns>
    public async Task<int?> PublishAsync(Guid id, long bytes, int maximumCount, long maximumBytes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        await ExecuteAsync(
            connection,
            """
            UPDATE federated_query.materialized_results SET state = 'dropped', dropped_at = $2
            WHERE state = 'ready' AND key = (SELECT key FROM federated_query.materialized_results WHERE id = $1)
            """,
            cancellationToken, id, now.ToUniversalTime());
        var published = await ExecuteAsync(
            connection,
            """
            UPDATE federated_query.materialized_results SET state = 'ready', bytes = $2, last_used_at = $3
            WHERE id = $1 AND state = 'writing'
              AND (hot_snapshot IS NULL OR pg_snapshot_xmin(hot_snapshot) >= (SELECT below FROM federated_query.table_writes_pruned))
            """,
            cancellationToken, id, bytes, now.ToUniversalTime());
        if (published == 0)
        {
            return null;
        }

        var evicted = await ExecuteAsync(
            connection,
            """
            UPDATE federated_query.materialized_results SET state = 'dropped', dropped_at = $4 WHERE id IN (
              SELECT id FROM (
                SELECT id, row_number() OVER newest AS count, sum(bytes) OVER newest AS bytes FROM federated_query.materialized_results WHERE state = 'ready'
                WINDOW newest AS (ORDER BY id = $1 DESC, last_used_at DESC, id ROWS UNBOUNDED PRECEDING)) AS kept
              WHERE count > $2 OR bytes > $3)
            """,
            cancellationToken, id, (long)maximumCount, (decimal)maximumBytes, now.ToUniversalTime());
        await transaction.CommitAsync(cancellationToken);
        return evicted;
    }

    /// <summary>A result is found no more; its file goes with the next <see cref="ListDroppedAsync"/>.</summary>
    public Task DropAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken) => DropAsync("id = $2", id, now, cancellationToken);

    /// <summary>All results of a statement.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> DropStatementAsync(byte[] statement, DateTimeOffset now, CancellationToken cancellationToken) =>
        DropAsync("statement = $2", statement, now, cancellationToken);

    /// <summary>All results of statements that read a table, those under way included: for rows that must be gone from everywhere.</summary>
    /// <param name="table">As <c>namespace.name</c>.</param>
    /// <returns>How many there were. Their files, and those of results dropped before, are gone once <see cref="ListDroppedAsync"/> and <see cref="RemoveAsync"/> have been through them.</returns>
    public Task<int> DropTableAsync(string table, DateTimeOffset now, CancellationToken cancellationToken) => DropAsync("$2 = ANY (tables)", table, now, cancellationToken);

    /// <summary>Results past their time, and those whose writer must have died.</summary>
    /// <param name="unfinishedBefore">Results that were begun before this and are not ready are given up.</param>
    public async Task<int> DropExpiredAsync(DateTimeOffset now, DateTimeOffset unfinishedBefore, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            UPDATE federated_query.materialized_results SET state = 'dropped', dropped_at = $1
            WHERE (state = 'ready' AND expires_at <= $1) OR (state = 'writing' AND created_at < $2)
            """);
        Add(command, now.ToUniversalTime(), unfinishedBefore.ToUniversalTime());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Results that read a hot table which was written since. They would be refused whenever they are found, and keep notes of writes from being forgotten.</summary>
    public async Task<int> DropOverwrittenAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            UPDATE federated_query.materialized_results r SET state = 'dropped', dropped_at = $1
            WHERE state = 'ready' AND EXISTS (
              SELECT 1 FROM federated_query.table_writes w
              WHERE w.relation = ANY (r.hot_relations) AND w.xid >= pg_snapshot_xmin(r.hot_snapshot) AND NOT pg_visible_in_snapshot(w.xid, r.hot_snapshot))
            """);
        Add(command, now.ToUniversalTime());
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Results whose files can be deleted; <see cref="RemoveAsync"/> them then.</summary>
    /// <param name="before">Those dropped before: later ones may be at a reader's.</param>
    /// <param name="table">Only of statements that read this table; null: of all.</param>
    public async Task<IReadOnlyList<(Guid Id, string Location)>> ListDroppedAsync(DateTimeOffset before, string? table, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            SELECT id, location FROM federated_query.materialized_results
            WHERE state = 'dropped' AND dropped_at < $1 AND ($2::text IS NULL OR $2 = ANY (tables)) ORDER BY dropped_at LIMIT 1000
            """);
        Add(command, before.ToUniversalTime());
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)table ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var dropped = new List<(Guid, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            dropped.Add((reader.GetGuid(0), reader.GetString(1)));
        }

        return dropped;
    }

    /// <summary>Forgets dropped results, whose files are gone.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("DELETE FROM federated_query.materialized_results WHERE id = ANY ($1) AND state = 'dropped'");
        Add(command, ids.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes when results were used last.</summary>
    public async Task TouchAsync(IReadOnlyDictionary<Guid, DateTimeOffset> used, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            UPDATE federated_query.materialized_results r SET last_used_at = greatest(r.last_used_at, u.at)
            FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at) WHERE r.id = u.id AND r.state = 'ready'
            """);
        Add(command, used.Keys.ToArray(), used.Values.Select(at => at.ToUniversalTime()).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How many results are ready, and the size of their files.</summary>
    public async Task<(long Count, long Bytes)> SizeAsync(CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM federated_query.materialized_results WHERE state = 'ready'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The oldest transaction id that was still open, of PostgreSQL's count of 64 bits.</summary>
    public async Task<string> OldestOpenAsync(CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("SELECT pg_snapshot_xmin(pg_current_snapshot())::text");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Forgets notes of writes (see TableWrites) that no result needs. A result that turns up later and is older is not published: correctness does not rest on the choice of
    /// <paramref name="below"/>.
    /// </summary>
    /// <param name="below">A transaction id that <see cref="OldestOpenAsync"/> gave a while ago.</param>
    public async Task PruneWritesAsync(string below, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            WITH bound AS (
              SELECT least($1::xid8, (SELECT pg_snapshot_xmin(hot_snapshot) FROM federated_query.materialized_results
                                      WHERE state <> 'dropped' AND hot_snapshot IS NOT NULL ORDER BY pg_snapshot_xmin(hot_snapshot) LIMIT 1)) AS below),
            raised AS (UPDATE federated_query.table_writes_pruned p SET below = bound.below FROM bound WHERE p.below < bound.below RETURNING p.below)
            DELETE FROM federated_query.table_writes w USING raised WHERE w.xid < raised.below
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = below, NpgsqlDbType = NpgsqlDbType.Unknown });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<int> DropAsync(string condition, object value, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            $"UPDATE federated_query.materialized_results SET state = 'dropped', dropped_at = $1 WHERE state <> 'dropped' AND {condition}");
        Add(command, now.ToUniversalTime(), value);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Task<int> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ExecuteAsync(
        connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({AdvisoryLock.MaterializedResults})"), cancellationToken);

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        Add(command, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
    }

    private static MaterializedResult Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Key = reader.GetFieldValue<byte[]>(1),
        Statement = reader.GetFieldValue<byte[]>(2),
        Sql = reader.GetString(3),
        Tables = [.. reader.GetFieldValue<string[]>(4)],
        Cold = reader.GetString(5),
        HotFingerprint = reader.IsDBNull(6) ? null : reader.GetString(6),
        HotRelations = [.. reader.GetFieldValue<uint[]>(7)],
        HotSnapshot = reader.IsDBNull(8) ? null : reader.GetString(8),
        Location = reader.GetString(9),
        Columns = reader.GetString(10),
        Rows = reader.GetInt64(11),
        Truncated = reader.GetBoolean(12),
        Bytes = reader.GetInt64(13),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(14),
        ExpiresAt = reader.GetFieldValue<DateTimeOffset>(15),
    };
}
