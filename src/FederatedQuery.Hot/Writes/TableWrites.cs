using System.Collections.Concurrent;
using System.Collections.Immutable;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Sql;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Writes;

/// <summary>
/// Tells exactly whether tables of PostgreSQL hold what they held at an earlier snapshot. A trigger per table and partition notes, once for each
/// transaction that writes, the transaction's id; the note is seen exactly where the rows are. Rows are the same when no transaction is noted that the reader sees and
/// the snapshot did not. Statistics counters would not do: they come late.
/// </summary>
public sealed class TableWrites(PostgresConnections connections, TimeProvider time)
{
    /// <summary>CREATE TRIGGER waits for writers, and whoever comes after it waits for it.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(1);

    private const int Attempts = 5;

    private const int MaximumRefused = 1_000;

    private readonly ConcurrentDictionary<TableName, (string Reason, long At)> _refused = new();

    /// <summary>The content of tables as a transaction sees it.</summary>
    /// <param name="transaction">REPEATABLE READ: what the rows are read in.</param>
    /// <param name="tables">In a fixed order, which the fingerprint depends on. Names without a table are noted as such.</param>
    public static async Task<HotContent> ReadAsync(NpgsqlTransaction transaction, IReadOnlyList<TableName> tables, CancellationToken cancellationToken)
    {
        await using var command = Command(TableWriteSql.Content, transaction.Connection!, tables);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (isTracked, reason) = (reader.GetBoolean(3), await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4));
        return new HotContent(
            reader.GetString(0), [.. reader.GetFieldValue<uint[]>(1)], reader.GetString(2),
            reason ?? (isTracked ? null : "writes to a table are not noted yet"), IsInstallable: reason is null && !isTracked);
    }

    /// <summary>Whether tables hold in this transaction what they held then.</summary>
    /// <param name="transaction">REPEATABLE READ.</param>
    /// <param name="tables">As they were given to <see cref="ReadAsync"/>.</param>
    /// <param name="fingerprint">Of the earlier <see cref="HotContent"/>, as are the others.</param>
    public static async Task<bool> IsUnchangedAsync(
        NpgsqlTransaction transaction, IReadOnlyList<TableName> tables, string fingerprint, ImmutableArray<uint> relations, string snapshot,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TableWriteSql.IsUnwritten, transaction.Connection);
        command.Parameters.Add(new NpgsqlParameter { Value = relations.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid });
        command.Parameters.Add(new NpgsqlParameter { Value = snapshot, NpgsqlDbType = NpgsqlDbType.Unknown });
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        return (await ReadAsync(transaction, tables, cancellationToken)) is { Untracked: null } now && now.Fingerprint == fingerprint;
    }

    /// <summary>
    /// Has writes to the tables, their partitions and parents noted from now on: a snapshot that is taken after this returned can be compared with. Waits for writers of a
    /// table a moment at a time.
    /// </summary>
    /// <returns>Null; or why that cannot be, as the end of a sentence.</returns>
    public async Task<string?> TrackAsync(IReadOnlyList<TableName> tables, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            if (_refused.TryGetValue(table, out var refused) && time.GetElapsedTime(refused.At) < RefusedFor)
            {
                return refused.Reason;
            }
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        for (var round = 1; ; round++)
        {
            var (content, missing) = await LookAsync(connection, tables, cancellationToken);
            if (content.Untracked is not { } untracked)
            {
                return null;
            }

            if (!content.IsInstallable)
            {
                return Refuse(tables, untracked);
            }

            if (round > Attempts)
            {
                // New partitions all the time.
                return untracked;
            }

            foreach (var relation in missing)
            {
                if (await TryInstallAsync(connection, relation, cancellationToken) is { } reason)
                {
                    return Refuse(tables, reason);
                }
            }
        }
    }

    private string Refuse(IReadOnlyList<TableName> tables, string reason)
    {
        if (_refused.Count > MaximumRefused)
        {
            _refused.Clear();
        }

        foreach (var table in tables)
        {
            _refused[table] = (reason, time.GetTimestamp());
        }

        return reason;
    }

    private static async Task<(HotContent Content, IReadOnlyList<TableName> Missing)> LookAsync(
        NpgsqlConnection connection, IReadOnlyList<TableName> tables, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var content = await ReadAsync(transaction, tables, cancellationToken);
        if (!content.IsInstallable)
        {
            return (content, []);
        }

        await using var command = Command(TableWriteSql.Missing, connection, tables);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var missing = new List<TableName>();
        while (await reader.ReadAsync(cancellationToken))
        {
            missing.Add(new TableName(reader.GetString(0), reader.GetString(1)));
        }

        return (content, missing);
    }

    private async Task<string?> TryInstallAsync(NpgsqlConnection connection, TableName relation, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await InstallAsync(connection, relation, cancellationToken);
                return null;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                if (attempt == Attempts)
                {
                    return $"'{relation}' is being written by a long transaction, so that no trigger could be made to note its writes";
                }

                await Task.Delay(LockTimeout * (attempt + Random.Shared.NextDouble()), time, cancellationToken);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                return $"POSTGRES_USER may not make the trigger on '{relation}' that notes its writes ({error.MessageText})";
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // Dropped meanwhile, as partitions are.
                return null;
            }
        }
    }

    /// <summary>ALWAYS: also where <c>session_replication_role</c> keeps other triggers quiet.</summary>
    private static async Task InstallAsync(NpgsqlConnection connection, TableName relation, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var sql in (string[])
        [
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)LockTimeout.TotalMilliseconds}"),
            $"""
             CREATE OR REPLACE TRIGGER {TableWriteSql.TriggerName} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {relation.ToSql()}
             FOR EACH STATEMENT EXECUTE FUNCTION federated_query.note_table_write()
             """,
            $"ALTER TABLE ONLY {relation.ToSql()} ENABLE ALWAYS TRIGGER {TableWriteSql.TriggerName}",
        ])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(string sql, NpgsqlConnection connection, IReadOnlyList<TableName> tables)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tables.Select(table => table.Schema)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. tables.Select(table => table.Name)] });
        return command;
    }
}
