using FederatedQuery.DuckDb.Native;

namespace FederatedQuery.DuckDb;

/// <summary>
/// One query on one connection, from prepare to the end of its result: interrupts DuckDB when the caller gives up, wakes C# functions that
/// work for it, and keeps what they threw.
/// </summary>
internal sealed class QueryExecution : IDisposable
{
    /// <summary>DuckDB forgets an interrupt that comes while a query is about to start, so it is told again until the query has ended.</summary>
    private static readonly TimeSpan InterruptInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _interrupting = new();
    private readonly DuckDBConnection _connection;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _registration;
    private Timer? _interrupts;
    private Exception? _functionException;
    private int _disposed;

    public QueryExecution(DuckDBConnection connection, string? sql, CancellationToken callerToken)
    {
        _connection = connection;
        Sql = sql;
        _callerToken = callerToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(callerToken);
        StopToken = _stop.Token;
        _registration = callerToken.UnsafeRegister(static state => ((QueryExecution)state!).InterruptUntilEnded(), this);
    }

    public string? Sql { get; }

    /// <summary>For C# functions: cancelled by the caller, by an interrupt, by a failure elsewhere in the query, or when the result is given up.</summary>
    public CancellationToken StopToken { get; }

    /// <summary>Called from DuckDB's threads. The first one wins: those after it are mostly its consequences.</summary>
    public void RecordFunctionException(Exception exception)
    {
        Interlocked.CompareExchange(ref _functionException, exception, null);
        Stop();
    }

    /// <summary>Wakes the C# functions of this query.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException exception)
        {
            // A callback registered by a function failed; it must not unwind into DuckDB.
            Interlocked.CompareExchange(ref _functionException, exception, null);
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _disposed) != 0)
        {
            // The query ended meanwhile: nobody is left to wake.
        }
    }

    /// <summary>The caller reads no further: the query stops. Once it has ended, or its connection is closed, this does nothing.</summary>
    public void StopUnread()
    {
        if (Volatile.Read(ref _disposed) == 0)
        {
            _connection.InterruptNative();
            Stop();
        }
    }

    /// <summary>
    /// DuckDB keeps an unfinished query (its table scans, files, transaction) until the connection's next one: an idle connection would hold
    /// them for as long as it lies in a pool. To prepare anything ends it; costs some 50 microseconds.
    /// </summary>
    public void ReleaseUnread()
    {
        if (Volatile.Read(ref _disposed) == 0)
        {
            NativeMethods.Query.Prepare(_connection.Handle, "SELECT 1", out var statement);
            statement.Dispose();
        }
    }

    public void ThrowIfCancelled() => _callerToken.ThrowIfCancellationRequested();

    /// <summary>What a failure of DuckDB means to the caller: given up, failed in a C# function, or failed in DuckDB.</summary>
    public Exception ToException(string? message, DuckDBErrorType? errorType = null)
    {
        var cause = Volatile.Read(ref _functionException);
        var type = errorType ?? DuckDBError.TypeOf(message);
        if (_callerToken.IsCancellationRequested && (type == DuckDBErrorType.Interrupt || cause is OperationCanceledException))
        {
            return new OperationCanceledException("The DuckDB query was cancelled.", cause, _callerToken);
        }

        return DuckDBError.ToException(message, Sql, errorType, cause);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Waits for an interrupt under way, so that it cannot hit the connection's next query.
        _registration.Dispose();
        lock (_interrupting)
        {
            _interrupts?.Dispose();
        }

        Stop();
        _connection.End(this);
        _stop.Dispose();
    }

    private void InterruptUntilEnded()
    {
        lock (_interrupting)
        {
            if (_disposed != 0)
            {
                return;
            }

            _connection.InterruptNative();
            _interrupts ??= new Timer(static state => ((QueryExecution)state!).InterruptUntilEnded(), this, InterruptInterval, InterruptInterval);
        }
    }

    /// <summary>Creates a pending result and runs it to its first rows, or, if it has none, to its end.</summary>
    public unsafe ResultHandle Execute(PreparedStatementHandle statement, bool streaming)
    {
        var state = streaming
            ? NativeMethods.Query.PendingPreparedStreaming(statement, out var pending)
            : NativeMethods.Query.PendingPrepared(statement, out pending);
        using (pending)
        {
            if (state != DuckDBState.Success)
            {
                throw ToException(NativeString.Borrowed(NativeMethods.Query.PendingError(pending)));
            }

            // DuckDB clears the interrupt flag when it makes the pending result: one that came before would be lost.
            ThrowIfCancelled();
            var result = new ResultHandle();
            if (NativeMethods.Query.ExecutePending(pending, result.Result) == DuckDBState.Success)
            {
                return result;
            }

            using (result)
            {
                throw ToException(
                    NativeString.Borrowed(NativeMethods.Query.ResultError(result.Result)), NativeMethods.Query.ResultErrorType(result.Result));
            }
        }
    }
}
