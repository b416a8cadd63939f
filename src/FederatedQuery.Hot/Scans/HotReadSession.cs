using System.Data;
using System.Globalization;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>
/// One snapshot of PostgreSQL, for everything that one request reads. The tables are locked (ACCESS SHARE, partitions included) before the
/// snapshot is taken: a partition emptied between the two would be a gap. Scans that run at the same time share the snapshot over further
/// connections. Thread-safe but for <see cref="Connection"/>.
/// </summary>
public sealed class HotReadSession : IAsyncDisposable
{
    /// <summary>
    /// Rows that leave PostgreSQL do so through one process, and parallel plans would not give them faster. What PostgreSQL counts or groups, workers do faster, as many of them as the
    /// server is set up for.
    /// </summary>
    internal const string AllowWorkers = "SET LOCAL max_parallel_workers_per_gather TO DEFAULT";

    internal const string AllowNoWorkers = "SET LOCAL max_parallel_workers_per_gather = 0";

    private const string Savepoint = "scan";

    private readonly NpgsqlDataSource _source;
    private readonly string _snapshot;
    private readonly Lock _gate = new();
    private bool _mainIsFree = true;
    private bool _hasSavepoint;
    private bool _allowsWorkers;
    private bool _disposed;

    private HotReadSession(NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction transaction, string snapshot)
    {
        _source = source;
        Connection = connection;
        Transaction = transaction;
        _snapshot = snapshot;
    }

    /// <summary>The session's own connection, for the catalog row, control tables and introspection; not while a scan may run.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>REPEATABLE READ, READ ONLY.</summary>
    public NpgsqlTransaction Transaction { get; }

    /// <summary>By which other transactions see the same, while this one lasts: <c>SET TRANSACTION SNAPSHOT</c>.</summary>
    public string SnapshotId => _snapshot;

    /// <param name="source">The owner's connections.</param>
    /// <param name="tables">What will be read; may be empty.</param>
    /// <param name="lockTimeout">How long to wait for the locks, which only exclusive ones (ALTER, TRUNCATE, the end of a move) hold up.</param>
    /// <exception cref="PostgresException">A table is not there (42P01), or its lock not to be had in time (55P03).</exception>
    public static Task<HotReadSession> OpenAsync(
        NpgsqlDataSource source, IReadOnlyCollection<TableName> tables, TimeSpan lockTimeout, CancellationToken cancellationToken) =>
        OpenAsync(source, tables, lockTimeout, null, cancellationToken);

    /// <summary>Opens a session whose transaction gets no settings of the caller's, and asks in the same round trip for what is wanted of its snapshot first.</summary>
    /// <param name="source">The owner's connections.</param>
    /// <param name="tables">What will be read; may be empty.</param>
    /// <param name="lockTimeout">How long to wait for the locks.</param>
    /// <param name="questions">Null: none, and the transaction may get settings of the caller's before its first scan.</param>
    /// <param name="cancellationToken">Gives up; nothing stays open.</param>
    /// <inheritdoc cref="OpenAsync(NpgsqlDataSource, IReadOnlyCollection{TableName}, TimeSpan, CancellationToken)"/>
    public static async Task<HotReadSession> OpenAsync(
        NpgsqlDataSource source, IReadOnlyCollection<TableName> tables, TimeSpan lockTimeout, SessionQuestions? questions, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            Add(batch, "SET TRANSACTION READ ONLY");
            Add(batch, AllowNoWorkers);
            Add(batch, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {Math.Max(1, (long)lockTimeout.TotalMilliseconds)}"));
            if (tables.Count > 0)
            {
                // In one order everywhere, so that two sessions never wait for each other.
                var names = tables.Distinct().OrderBy(table => table.ToSql(), StringComparer.Ordinal).Select(table => table.ToSql());
                Add(batch, $"LOCK TABLE {string.Join(", ", names)} IN ACCESS SHARE MODE");
            }

            Add(batch, "SELECT pg_export_snapshot()");
            foreach (var question in questions?.Commands ?? [])
            {
                batch.BatchCommands.Add(question);
            }

            if (questions is not null)
            {
                Add(batch, $"SAVEPOINT {Savepoint}");
            }

            string snapshot;
            await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            {
                await reader.ReadAsync(cancellationToken);
                snapshot = reader.GetString(0);
                for (var i = 0; i < questions?.Commands.Count; i++)
                {
                    await reader.NextResultAsync(cancellationToken);
                    await questions.ReadAsync(i, reader, cancellationToken);
                }
            }

            return new HotReadSession(source, connection, transaction, snapshot) { _hasSavepoint = questions is not null };
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the transaction. Scans must be over.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    /// <summary>A connection that reads this snapshot, the caller's alone until returned: the session's own if free, else another.</summary>
    internal SnapshotConnection Rent(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_mainIsFree)
            {
                _mainIsFree = false;
                return new SnapshotConnection(_source, Connection, this);
            }
        }

        // Blocking: called on DuckDB's threads, which do nothing else.
        cancellationToken.ThrowIfCancellationRequested();
        var connection = _source.OpenConnection();
        try
        {
            Execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            Execute(connection, $"SET TRANSACTION SNAPSHOT {SqlLiteral.Text(_snapshot)}");
            Execute(connection, AllowNoWorkers);
            return new SnapshotConnection(_source, connection, null);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal void Return()
    {
        lock (_gate)
        {
            _mainIsFree = true;
        }
    }

    /// <summary>
    /// Makes the session's own connection ready for a COPY, by its renter: one that is given up fails its transaction, and the session's has to live on, with its locks. One
    /// savepoint is enough for all of them, since those that end leave nothing to be kept.
    /// </summary>
    /// <param name="mayUseWorkers">Whether PostgreSQL may do it in several processes.</param>
    internal void BeginCopy(bool mayUseWorkers)
    {
        if (!_hasSavepoint)
        {
            Execute(Connection, $"SAVEPOINT {Savepoint}{(mayUseWorkers ? $"; {AllowWorkers}" : "")}");
        }
        else if (mayUseWorkers != _allowsWorkers)
        {
            Execute(Connection, mayUseWorkers ? AllowWorkers : AllowNoWorkers);
        }

        (_hasSavepoint, _allowsWorkers) = (true, mayUseWorkers);
    }

    /// <summary>After a COPY of the session's own connection was given up, by its renter.</summary>
    internal void RollBackCopy()
    {
        // That takes back the setting as well.
        _allowsWorkers = false;
        try
        {
            Execute(Connection, $"ROLLBACK TO SAVEPOINT {Savepoint}");
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // The cancellation came after the COPY's end and hit this instead.
            Execute(Connection, $"ROLLBACK TO SAVEPOINT {Savepoint}");
        }
    }

    /// <summary>After a statement that ran with <see cref="AllowWorkers"/> and then <see cref="AllowNoWorkers"/> by itself.</summary>
    internal void WorkersWereDisallowed() => _allowsWorkers = false;

    internal static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static void Add(NpgsqlBatch batch, string sql) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
}
