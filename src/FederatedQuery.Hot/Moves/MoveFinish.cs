using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// The writing half of a move: a short transaction that removes exactly the exported rows. The caller adds what belongs to it (the catalog's
/// compare-and-set, the record of the move) and commits. Disposing of it without a commit undoes all.
/// </summary>
public sealed class MoveFinish : IAsyncDisposable
{
    /// <summary>More late rows than these are not copied while readers wait: delete instead.</summary>
    public const long MostLateRowsPutBack = 10_000;

    /// <summary>A process that stands still in here would keep its locks.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    private readonly MoveTransaction _opened;
    private readonly ExportedRows _exported;
    private readonly MoveMode _mode;
    private readonly string _isLate;

    internal MoveFinish(MoveTransaction opened, ExportedRows exported, MoveMode mode)
    {
        _opened = opened;
        _exported = exported;
        _mode = mode;
        _isLate = MoveSql.IsLate(exported.Snapshot);
    }

    /// <summary>READ COMMITTED, holding the source's lock.</summary>
    public NpgsqlTransaction Transaction => _opened.Transaction;

    /// <summary>Rows that came after the export's snapshot and stay hot. Known after <see cref="TakeAsync"/>.</summary>
    public long LateRows { get; private set; }

    /// <param name="connection">Free, without a transaction.</param>
    /// <param name="exported">What to remove.</param>
    /// <param name="mode">Truncate only for a unit that is its whole source.</param>
    /// <param name="lockTimeout">How long each lock is waited for, of the table or of a row; whoever comes after the waiting one may wait as long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the lock was not to be had in time.</returns>
    /// <exception cref="HotException">Immovable: since the export something has come to hold the table's rows.</exception>
    public static async Task<MoveFinish?> TryBeginAsync(
        NpgsqlConnection connection, ExportedRows exported, MoveMode mode, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        if (mode == MoveMode.Truncate && (!exported.Unit.IsWholeSource || exported.Condition is not null))
        {
            throw new ArgumentException($"'{exported.Unit.Source}' holds more than {exported.Unit.Day:yyyy-MM-dd}: it cannot be truncated.", nameof(mode));
        }

        var opened = await MoveTransaction.TryBeginAsync(connection, exported.Unit, mode, lockTimeout, IdleTimeout, cancellationToken);
        return opened is null ? null : new MoveFinish(opened, exported, mode);
    }

    /// <summary>A lock (of the source, or of a row of the catalog) that others hold for too long: roll back and try again.</summary>
    public static bool IsLockNotAvailable(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;

    /// <summary>
    /// Takes hold of the exported rows: those to be deleted are deleted, those to be truncated can be changed by nobody any more. Tells them from late ones.
    /// </summary>
    /// <returns>False when an exported row is gone or was changed, or the table has other columns: the export is worthless, and this transaction not to be committed.</returns>
    public async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        if (_exported.ColumnList is { } columns && !await DescribedColumns.AreStillAsync(_opened.Connection, _exported.SourceOid, columns, cancellationToken))
        {
            // What was exported lacks a value, or the statements below name another column.
            return false;
        }

        if (_mode == MoveMode.Truncate)
        {
            return await CompareAsync(
                $"""
                SELECT count(*) FILTER (WHERE late), count(*) FILTER (WHERE NOT late), coalesce(sum(version) FILTER (WHERE NOT late), 0)::text
                FROM (SELECT {_isLate} AS late, {MoveSql.Version} AS version
                      FROM {_exported.Unit.Source.ToSql()}{MoveSql.Where(_exported.Condition)}) AS rows
                """,
                cancellationToken);
        }

        var source = _exported.Unit.Source.ToSql();
        await _opened.Triggers.BeginAsync(_opened.Connection, cancellationToken);
        try
        {
            // What others change while this runs is waited for, and then deleted as it was or not at all; the sum tells.
            var areTheSame = await CompareAsync(
                $"""
                WITH taken AS (DELETE FROM {source}{MoveSql.Where(_exported.Condition, $"NOT {_isLate}")} RETURNING {MoveSql.Version} AS version)
                SELECT (SELECT count(*) FROM {source}{MoveSql.Where(_exported.Condition, _isLate)}), count(*), coalesce(sum(version), 0)::text FROM taken
                """,
                cancellationToken);
            await _opened.Triggers.EndAsync(_opened.Connection, cancellationToken);
            return areTheSame;
        }
        catch (PostgresException changed) when (changed.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // One has moved to another partition.
            return false;
        }
    }

    /// <summary>Removes what is not removed yet. Late rows stay, or are put back.</summary>
    /// <exception cref="PostgresException">The lock was not to be had in time (<see cref="IsLockNotAvailable"/>).</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (_mode == MoveMode.Delete)
        {
            return;
        }

        // Only now are readers in the way, and they wait for no more than what follows.
        var source = _exported.Unit.Source.ToSql();
        await _opened.Triggers.BeginAsync(_opened.Connection, cancellationToken);
        await MoveSql.ExecuteAsync(_opened.Connection, $"LOCK TABLE {source} IN ACCESS EXCLUSIVE MODE", cancellationToken);
        if (LateRows == 0)
        {
            await MoveSql.ExecuteAsync(_opened.Connection, $"TRUNCATE {source}", cancellationToken);
        }
        else
        {
            await TruncateAsync(source, cancellationToken);
        }

        await _opened.Triggers.EndAsync(_opened.Connection, cancellationToken);
    }

    public ValueTask DisposeAsync() => _opened.DisposeAsync();

    private async Task<bool> CompareAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = MoveSql.Command(_opened.Connection, sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        LateRows = reader.GetInt64(0);
        return reader.GetInt64(1) == _exported.Rows && reader.GetString(2) == _exported.VersionSum;
    }

    private async Task TruncateAsync(string source, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", _exported.Columns.Select(SqlIdentifier.Quote));
        await MoveSql.ExecuteAsync(
            _opened.Connection, $"CREATE TEMP TABLE federated_query_late ON COMMIT DROP AS SELECT {columns} FROM {source}{MoveSql.Where(_isLate)}", cancellationToken);
        await MoveSql.ExecuteAsync(_opened.Connection, $"TRUNCATE {source}", cancellationToken);
        var restored = await MoveSql.ExecuteAsync(
            _opened.Connection,
            $"INSERT INTO {source} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM pg_temp.federated_query_late", cancellationToken);
        if (restored != LateRows)
        {
            throw new HotException(
                HotErrorKind.Unsupported,
                $"{restored} of {LateRows} late rows came back into '{_exported.Unit.Source}': a rule of the table interferes with the move, which was undone.");
        }
    }
}
