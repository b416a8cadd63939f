using FederatedQuery.Hot.Connections;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Hot.Control.Maintenance;

/// <summary>
/// Files that cold tables drop, until they are deleted. A file is recorded <em>before</em> the commit that drops it, without a time; whoever
/// then sees the table without it sets the time, counted from there, so that every query that began before the commit has ended by then. A commit that never comes
/// leaves rows of files that the table still names, which are forgotten; a crash after it leaves rows whose time is set later. Timed by the
/// database's clock.
/// </summary>
public sealed class DroppedFileStore(PostgresConnections connections)
{
    private const int RowsPerStatement = 1_000;

    /// <summary>The right to delete files for all tables, so that processes do not do the same work; it is not what makes deleting safe.</summary>
    /// <returns>Null when another process has it. Dispose of it to give it back.</returns>
    public Task<SessionLock?> TryAcquireAsync(CancellationToken cancellationToken) =>
        SessionLock.TryAcquireAsync(connections.Owner, "federated-query dropped files", cancellationToken);

    /// <summary>Records files that a commit is about to drop. Those that are recorded already begin anew.</summary>
    public async Task RecordAsync(
        TableIdentifier table, string? tableUuid, IEnumerable<(string Location, long? SizeBytes)> files, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        foreach (var rows in files.DistinctBy(file => file.Location).Chunk(RowsPerStatement))
        {
            await using var command = Command(
                connection,
                """
                INSERT INTO federated_query.dropped_files (namespace, table_name, table_uuid, location, size_bytes)
                SELECT $1, $2, $3, location, size_bytes FROM unnest($4::text[], $5::bigint[]) AS files (location, size_bytes)
                ON CONFLICT (namespace, table_name, location) DO UPDATE
                SET table_uuid = excluded.table_uuid, size_bytes = excluded.size_bytes, dropped_at = clock_timestamp(), delete_after = NULL
                """,
                table);
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)tableUuid ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(file => file.Location)] });
            command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. rows.Select(file => file.SizeBytes)] });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Tables with files that are due, or whose time is not set.</summary>
    public async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT DISTINCT namespace, table_name FROM federated_query.dropped_files
            WHERE delete_after IS NULL OR delete_after <= clock_timestamp() ORDER BY namespace, table_name
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<TableIdentifier>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add(new TableIdentifier(reader.GetString(0), reader.GetString(1)));
        }

        return tables;
    }

    /// <summary>The files of a table that are due, or whose time is not set, in order of their locations.</summary>
    /// <param name="after">Those after this location; empty: from the first.</param>
    public async Task<IReadOnlyList<DroppedFile>> ListAsync(TableIdentifier table, string after, int most, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            """
            SELECT location, table_uuid, size_bytes, clock_timestamp() - dropped_at, delete_after IS NOT NULL FROM federated_query.dropped_files
            WHERE namespace = $1 AND table_name = $2 AND location > $3 AND (delete_after IS NULL OR delete_after <= clock_timestamp())
            ORDER BY location LIMIT $4
            """,
            table);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<DroppedFile>();
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(new DroppedFile
            {
                Table = table,
                Location = reader.GetString(0),
                TableUuid = await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1),
                SizeBytes = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetInt64(2),
                Age = reader.GetTimeSpan(3),
                IsDue = reader.GetBoolean(4),
            });
        }

        return files;
    }

    /// <summary>Which of some locations are recorded, whether due or not.</summary>
    public async Task<IReadOnlySet<string>> FindAsync(TableIdentifier table, IReadOnlyCollection<string> locations, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection, "SELECT location FROM federated_query.dropped_files WHERE namespace = $1 AND table_name = $2 AND location = ANY($3)", table);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. locations] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    /// <summary>Sets the time of files that have none: so long from now.</summary>
    public Task ScheduleAsync(TableIdentifier table, IReadOnlyCollection<string> locations, TimeSpan grace, CancellationToken cancellationToken) => ExecuteAsync(
        """
        UPDATE federated_query.dropped_files SET delete_after = clock_timestamp() + $4
        WHERE namespace = $1 AND table_name = $2 AND location = ANY($3) AND delete_after IS NULL
        """,
        table, locations, grace, cancellationToken);

    /// <summary>Forgets files: they are deleted, or named by the table again.</summary>
    public Task RemoveAsync(TableIdentifier table, IReadOnlyCollection<string> locations, CancellationToken cancellationToken) => ExecuteAsync(
        "DELETE FROM federated_query.dropped_files WHERE namespace = $1 AND table_name = $2 AND location = ANY($3)", table, locations, null, cancellationToken);

    /// <summary>What of a table waits for deletion, due or not.</summary>
    public async Task<WaitingFiles> CountAsync(TableIdentifier table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            """
            SELECT count(*), coalesce(sum(size_bytes), 0)::bigint,
              CASE WHEN count(delete_after) > 0 THEN greatest(min(delete_after) - clock_timestamp(), interval '0') END
            FROM federated_query.dropped_files WHERE namespace = $1 AND table_name = $2
            """,
            table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new WaitingFiles(reader.GetInt64(0), reader.GetInt64(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetTimeSpan(2));
    }

    private async Task ExecuteAsync(
        string sql, TableIdentifier table, IReadOnlyCollection<string> locations, TimeSpan? time, CancellationToken cancellationToken)
    {
        if (locations.Count == 0)
        {
            return;
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, sql, table);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. locations] });
        if (time is { } span)
        {
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = span });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, TableIdentifier table) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = table.Namespace }, new NpgsqlParameter<string> { TypedValue = table.Name } },
    };
}
