using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.TableFunctions;

namespace FederatedQuery.DuckDb;

/// <summary>
/// A connection: one query at a time, so dispose of (or read to its end) one result before the next query. Only <see cref="Interrupt"/> and
/// <see cref="Progress"/> may be called from other threads. A cancelled token interrupts the query, which then throws
/// <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class DuckDBConnection : IDisposable
{
    private readonly DuckDBDatabase _database;
    private readonly ConnectionHandle _handle;
    private QueryExecution? _current;

    internal DuckDBConnection(DuckDBDatabase database, ConnectionHandle handle)
    {
        _database = database;
        _handle = handle;
        NativeMethods.OpenConnect.ConnectionGetClientContext(handle, out var context);
        Id = NativeMethods.OpenConnect.ClientContextGetConnectionId(context);
        NativeMethods.OpenConnect.DestroyClientContext(ref context);
    }

    /// <summary>DuckDB's number of this connection, unique in its database.</summary>
    public ulong Id { get; }

    /// <summary>True while a result is being read or a query runs.</summary>
    public bool IsBusy => Volatile.Read(ref _current) is not null;

    /// <summary>Tracked only on connections with <c>SET enable_progress_bar = true</c> (and <c>enable_progress_bar_print = false</c>).</summary>
    public DuckDBQueryProgress Progress
    {
        get
        {
            var progress = NativeMethods.OpenConnect.QueryProgress(_handle);
            return new DuckDBQueryProgress(progress.Percentage, progress.RowsProcessed, progress.TotalRowsToProcess);
        }
    }

    internal ConnectionHandle Handle => _handle;

    internal QueryExecution? Current => Volatile.Read(ref _current);

    /// <summary>Runs one or more statements and drops their rows.</summary>
    /// <returns>Rows changed by the last statement, if it was an INSERT, UPDATE, DELETE or the like; else 0.</returns>
    /// <exception cref="DuckDBException">A statement fails; those before it stay done.</exception>
    public long Execute(string sql, CancellationToken cancellationToken = default)
    {
        using var execution = Begin(sql, cancellationToken);
        using var statements = Extract(sql, execution, out var count);
        var changed = 0L;
        for (ulong i = 0; i < count; i++)
        {
            using var statement = PrepareExtracted(statements, i, execution);
            using var result = execution.Execute(statement, streaming: false);
            changed = RowsChanged(result);
        }

        return changed;
    }

    /// <inheritdoc cref="Execute"/>
    public Task<long> ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        Task.Run(() => Execute(sql, cancellationToken), cancellationToken);

    /// <summary>
    /// Runs one statement until its first rows are there; the rest streams as chunks are read. Blocks while DuckDB works: see
    /// <see cref="QueryAsync"/>.
    /// </summary>
    /// <param name="parameters">Values of <c>?</c> or <c>$1</c>.. in order; for the types see <see cref="DuckDBPreparedStatement.Bind(int, object?)"/>.</param>
    /// <exception cref="DuckDBException">The statement fails; see its position and kind.</exception>
    public DuckDBResult Query(string sql, IReadOnlyList<object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var execution = Begin(sql, cancellationToken);
        try
        {
            using var statement = PrepareOne(sql, execution);
            ParameterBinder.BindAll(statement, parameters ?? []);
            return new DuckDBResult(execution, execution.Execute(statement, streaming: true));
        }
        catch
        {
            execution.Dispose();
            throw;
        }
    }

    /// <summary><see cref="Query"/> on the thread pool.</summary>
    public Task<DuckDBResult> QueryAsync(string sql, IReadOnlyList<object?>? parameters, CancellationToken cancellationToken) =>
        Task.Run(() => Query(sql, parameters, cancellationToken), cancellationToken);

    /// <summary>Parses and binds one statement, to be executed any number of times.</summary>
    public DuckDBPreparedStatement Prepare(string sql, CancellationToken cancellationToken = default)
    {
        using var execution = Begin(sql, cancellationToken);
        return new DuckDBPreparedStatement(this, PrepareOne(sql, execution), sql);
    }

    /// <summary>How many statements the text holds; parses, runs nothing.</summary>
    /// <exception cref="DuckDBException">The text does not parse.</exception>
    public int CountStatements(string sql)
    {
        using var execution = Begin(sql, CancellationToken.None);
        using var statements = Extract(sql, execution, out var count);
        return (int)count;
    }

    /// <summary>Rows to be inserted into a table, fast.</summary>
    /// <exception cref="DuckDBException">There is no such table.</exception>
    public DuckDBAppender CreateAppender(string table, string? schema = null, string? catalog = null) =>
        DuckDBAppender.Create(_handle, catalog, schema, table);

    /// <summary>Makes a function written in C# callable as <c>FROM name(...)</c> on every connection of the database.</summary>
    /// <exception cref="DuckDBException">DuckDB refuses it, for example because the name is taken.</exception>
    public void RegisterTableFunction(TableFunction function) => TableFunctionRegistration.Register(_database, this, function);

    /// <summary>Makes a function written in C# callable as <c>SELECT name(...)</c> on every connection of the database.</summary>
    /// <exception cref="DuckDBException">DuckDB refuses it, for example because the name is taken.</exception>
    public void RegisterScalarFunction(ScalarFunction function) => ScalarFunctionRegistration.Register(_database, this, function);

    /// <summary>Stops the running query, if any, with <see cref="DuckDBErrorType.Interrupt"/>. From any thread; does not wait.</summary>
    public void Interrupt()
    {
        InterruptNative();
        Current?.Stop();
    }

    public void Dispose()
    {
        if (_handle.IsClosed)
        {
            return;
        }

        Current?.StopUnread();
        Current?.Dispose();
        _database.Forget(this);
        _handle.Dispose();
    }

    internal void InterruptNative() => NativeMethods.OpenConnect.Interrupt(_handle);

    internal QueryExecution Begin(string? sql, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var execution = new QueryExecution(this, sql, cancellationToken);
        if (Interlocked.CompareExchange(ref _current, execution, null) is not null)
        {
            execution.Dispose();
            throw new InvalidOperationException(
                "The connection is still busy with a query. Dispose of its result, or read it to its end, or use another connection.");
        }

        return execution;
    }

    internal void End(QueryExecution execution) => Interlocked.CompareExchange(ref _current, null, execution);

    internal static unsafe long RowsChanged(ResultHandle result) => (long)NativeMethods.Query.RowsChanged(result.Result);

    private PreparedStatementHandle PrepareOne(string sql, QueryExecution execution)
    {
        CheckText(sql);
        if (NativeMethods.Query.Prepare(_handle, sql, out var statement) == DuckDBState.Success)
        {
            return statement;
        }

        using (statement)
        {
            throw execution.ToException(NativeString.Borrowed(NativeMethods.Query.PrepareError(statement)));
        }
    }

    private ExtractedStatementsHandle Extract(string sql, QueryExecution execution, out ulong count)
    {
        CheckText(sql);
        count = NativeMethods.Query.ExtractStatements(_handle, sql, out var statements);
        if (count == 0 && NativeString.Borrowed(NativeMethods.Query.ExtractStatementsError(statements)) is { Length: > 0 } error)
        {
            using (statements)
            {
                throw execution.ToException(error);
            }
        }

        return statements;
    }

    private PreparedStatementHandle PrepareExtracted(ExtractedStatementsHandle statements, ulong index, QueryExecution execution)
    {
        execution.ThrowIfCancelled();
        if (NativeMethods.Query.PrepareExtractedStatement(_handle, statements, index, out var statement) == DuckDBState.Success)
        {
            return statement;
        }

        using (statement)
        {
            throw execution.ToException(NativeString.Borrowed(NativeMethods.Query.PrepareError(statement)));
        }
    }

    /// <summary>The C API takes zero-terminated text: what follows a U+0000 would silently not run.</summary>
    private static void CheckText(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        if (sql.Contains('\0'))
        {
            throw new ArgumentException("SQL text cannot hold the character U+0000.", nameof(sql));
        }
    }
}
