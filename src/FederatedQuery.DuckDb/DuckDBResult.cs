using System.Runtime.CompilerServices;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb;

/// <summary>
/// The rows of a query as a stream of chunks: DuckDB works on as they are read. Not thread-safe. Disposing of it early stops the query. The
/// connection is free again when the last chunk was read or the result is disposed of.
/// </summary>
public sealed class DuckDBResult : IDisposable
{
    private readonly QueryExecution _execution;
    private readonly ResultHandle _handle;
    private readonly DuckDBLogicalType[] _types;
    private bool _ended;

    internal DuckDBResult(QueryExecution execution, ResultHandle handle)
    {
        _execution = execution;
        _handle = handle;
        try
        {
            var columns = ReadColumns(handle);
            Columns = columns;
            _types = [.. columns.Select(column => column.Type)];
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public IReadOnlyList<DuckDBColumn> Columns { get; }

    public unsafe DuckDBStatementType StatementType => NativeMethods.Query.ResultStatementType(*_handle.Result);

    /// <summary>The next rows, at least one, the caller's to dispose of; null after the last. Blocks while DuckDB works.</summary>
    /// <exception cref="DuckDBException">The query fails midway.</exception>
    /// <exception cref="OperationCanceledException">The query's token was cancelled.</exception>
    public DataChunk? ReadChunk()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        while (!_ended)
        {
            _execution.ThrowIfCancelled();
            var fetched = FetchChunk();
            if (fetched == 0)
            {
                ThrowIfFailed();
                End();
                return null;
            }

            var chunk = new DataChunk(new DataChunkHandle(fetched), _types);
            if (chunk.Count > 0)
            {
                return chunk;
            }

            chunk.Dispose();
        }

        return null;
    }

    /// <summary><see cref="ReadChunk"/> on the thread pool. Cancelling this token stops the whole query, as that of the query does.</summary>
    public async Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var registration = cancellationToken.UnsafeRegister(static state => ((DuckDBResult)state!)._execution.StopUnread(), this);
        try
        {
            return await Task.Run(ReadChunk, CancellationToken.None);
        }
        catch (DuckDBException exception) when (cancellationToken.IsCancellationRequested && exception.ErrorType == DuckDBErrorType.Interrupt)
        {
            throw new OperationCanceledException("The DuckDB query was cancelled.", exception, cancellationToken);
        }
    }

    /// <summary>All further chunks; each is disposed of when the next is asked for.</summary>
    public async IAsyncEnumerable<DataChunk> ReadChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ReadChunkAsync(cancellationToken) is { } chunk)
        {
            using (chunk)
            {
                yield return chunk;
            }
        }
    }

    /// <summary>All further chunks; each is disposed of when the next is asked for.</summary>
    public IEnumerable<DataChunk> ReadChunks()
    {
        while (ReadChunk() is { } chunk)
        {
            using (chunk)
            {
                yield return chunk;
            }
        }
    }

    public void Dispose()
    {
        if (_handle.IsClosed)
        {
            return;
        }

        if (!_ended)
        {
            // Closing a streaming result waits for tasks under way: they, and the C# functions they call, are told to stop.
            _execution.StopUnread();
        }

        _handle.Dispose();
        if (!_ended)
        {
            _execution.ReleaseUnread();
        }

        _execution.Dispose();
    }

    private static unsafe DuckDBColumn[] ReadColumns(ResultHandle handle)
    {
        var columns = new DuckDBColumn[NativeMethods.Query.ColumnCount(handle.Result)];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new DuckDBColumn(
                NativeString.Borrowed(NativeMethods.Query.ColumnName(handle.Result, (ulong)i)) ?? "",
                LogicalTypeConverter.Read(NativeMethods.Query.ColumnLogicalType(handle.Result, (ulong)i)));
        }

        return columns;
    }

    private unsafe nint FetchChunk() => NativeMethods.Query.FetchChunk(*_handle.Result);

    private unsafe void ThrowIfFailed()
    {
        var message = NativeString.Borrowed(NativeMethods.Query.ResultError(_handle.Result));
        if (!string.IsNullOrEmpty(message))
        {
            throw _execution.ToException(message, NativeMethods.Query.ResultErrorType(_handle.Result));
        }
    }

    private void End()
    {
        _ended = true;
        _execution.Dispose();
    }
}
