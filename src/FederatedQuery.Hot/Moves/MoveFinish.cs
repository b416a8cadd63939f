using System.Data;
using System.Globalization;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// The writing half of a move: a short transaction that removes exactly the exported rows. The caller adds what belongs to it (the catalog's
/// compare-and-set, the record of the move) and commits. Disposing of it without a commit undoes all.
/// </summary>
public sealed class MoveFinish : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly ExportedRows _exported;
    private readonly MoveMode _mode;
    private readonly string _isLate;

    private MoveFinish(NpgsqlConnection connection, NpgsqlTransaction transaction, ExportedRows exported, MoveMode mode, string isLate)
    {
        _connection = connection;
        Transaction = transaction;
        _exported = exported;
        _mode = mode;
        _isLate = isLate;
    }

    /// <summary>READ COMMITTED, holding the source's lock.</summary>
    public NpgsqlTransaction Transaction { get; }

    /// <summary>Rows that came after the export's snapshot and stay hot. Known after <see cref="VerifyAsync"/>.</summary>
    public long LateRows { get; private set; }

    /// <param name="connection">Free, without a transaction.</param>
    /// <param name="exported">What to remove.</param>
    /// <param name="mode">Truncate only for a unit that is its whole source.</param>
    /// <param name="lockTimeout">While it waits, whoever comes after it waits too.</param>
    /// <returns>Null when the lock was not to be had in time.</returns>
    public static async Task<MoveFinish?> TryBeginAsync(
        NpgsqlConnection connection, ExportedRows exported, MoveMode mode, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        if (mode == MoveMode.Truncate && !exported.Unit.IsWholeSource)
        {
            throw new ArgumentException($"'{exported.Unit.Source}' holds more than {exported.Unit.Day:yyyy-MM-dd}: it cannot be truncated.", nameof(mode));
        }

        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        try
        {
            var timeout = Math.Max(1, (long)lockTimeout.TotalMilliseconds);
            await MoveSql.ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {timeout}"), cancellationToken);
            var strength = mode == MoveMode.Truncate ? "ACCESS EXCLUSIVE" : "SHARE ROW EXCLUSIVE";
            await MoveSql.ExecuteAsync(connection, $"LOCK TABLE {exported.Unit.Source.ToSql()} IN {strength} MODE", cancellationToken);
            await using var command = MoveSql.Command(connection, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text");
            var next = ulong.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!, CultureInfo.InvariantCulture);
            return new MoveFinish(connection, transaction, exported, mode, MoveSql.IsLate(exported.Snapshot, next));
        }
        catch (PostgresException error) when (IsLockNotAvailable(error))
        {
            await transaction.DisposeAsync();
            return null;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>A lock (of the source, or of a row of the catalog) that others hold for too long: roll back and try again.</summary>
    public static bool IsLockNotAvailable(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Tells the late rows from the exported ones.</summary>
    /// <returns>False when an exported row is gone or was changed: the export is worthless.</returns>
    public async Task<bool> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var command = MoveSql.Command(
            _connection,
            $"""
            SELECT count(*) FILTER (WHERE late), count(*) FILTER (WHERE NOT late), coalesce(sum(version) FILTER (WHERE NOT late), 0)::text
            FROM (SELECT {_isLate} AS late, hashtidextended(ctid, xmin::text::bigint) AS version
                  FROM {_exported.Unit.Source.ToSql()}{MoveSql.Where(_exported.Condition)}) AS rows
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        LateRows = reader.GetInt64(0);
        return reader.GetInt64(1) == _exported.Rows && reader.GetString(2) == _exported.VersionSum;
    }

    /// <summary>Removes the exported rows. Late ones stay, or are put back.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (_mode == MoveMode.Delete)
        {
            await DeleteAsync(cancellationToken);
        }
        else
        {
            await TruncateAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Transaction.DisposeAsync();

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var deleted = await MoveSql.ExecuteAsync(
            _connection, $"DELETE FROM {_exported.Unit.Source.ToSql()}{MoveSql.Where(_exported.Condition, $"NOT {_isLate}")}", cancellationToken);
        if (deleted != _exported.Rows)
        {
            throw new HotException(
                HotErrorKind.Unsupported,
                $"{deleted} rows of '{_exported.Unit.Source}' were deleted where {_exported.Rows} were exported: a trigger or rule of the table interferes with the move, which was undone.");
        }
    }

    private async Task TruncateAsync(CancellationToken cancellationToken)
    {
        var source = _exported.Unit.Source.ToSql();
        if (LateRows == 0)
        {
            await MoveSql.ExecuteAsync(_connection, $"TRUNCATE {source}", cancellationToken);
            return;
        }

        var columns = string.Join(", ", _exported.Columns.Select(SqlIdentifier.Quote));
        await MoveSql.ExecuteAsync(
            _connection, $"CREATE TEMP TABLE federated_query_late ON COMMIT DROP AS SELECT {columns} FROM {source}{MoveSql.Where(_isLate)}", cancellationToken);
        await MoveSql.ExecuteAsync(_connection, $"TRUNCATE {source}", cancellationToken);
        var restored = await MoveSql.ExecuteAsync(
            _connection,
            $"INSERT INTO {source} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM pg_temp.federated_query_late", cancellationToken);
        if (restored != LateRows)
        {
            throw new HotException(
                HotErrorKind.Unsupported,
                $"{restored} of {LateRows} late rows came back into '{_exported.Unit.Source}': a trigger or rule of the table interferes with the move, which was undone.");
        }
    }
}
