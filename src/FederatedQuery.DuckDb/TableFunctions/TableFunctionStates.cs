using FederatedQuery.DuckDb.Callbacks;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>Held by DuckDB's catalog. The database only weakly: else one that nobody disposes of could never be collected.</summary>
internal sealed record RegisteredTableFunction(TableFunction Function, WeakReference<DuckDBDatabase> Database);

/// <summary>Held by a bound statement.</summary>
/// <param name="Connection">Whose current query it serves; null when the database was let go of.</param>
internal sealed record BoundTableFunction(TableFunctionBinding Binding, IReadOnlyList<DuckDBField> Columns, DuckDBConnection? Connection)
{
    public QueryExecution? Execution => Connection?.Current;

    public CancellationToken StopToken => Execution?.StopToken ?? CancellationToken.None;
}

/// <summary>Held by one execution.</summary>
internal sealed class OpenTableFunction(TableFunctionScan scan, BoundTableFunction bound, int[] projectedColumns) : IDisposable
{
    private DuckDBLogicalType[]? _types;

    public TableFunctionScan Scan => scan;

    /// <summary>Types of an output chunk. That of a column nobody reads is DuckDB's choice, so the first chunk is asked.</summary>
    public DuckDBLogicalType[] TypesOf(nint chunk) => _types ??= [.. projectedColumns.Select((column, index) => column >= 0
        ? bound.Columns[column].Type
        : LogicalTypeConverter.Read(NativeMethods.Vectors.GetColumnType(NativeMethods.DataChunks.GetVector(chunk, (ulong)index))))];

    public void Dispose() => FunctionFailure.Guard(bound.Execution, scan.Dispose);
}

/// <summary>Held by one thread of one execution.</summary>
internal sealed class ReadingThread(BoundTableFunction bound) : IDisposable
{
    private object? _state;
    private bool _created;

    /// <summary>Not in DuckDB's local init, because that does not know the scan.</summary>
    public object? StateOf(TableFunctionScan scan)
    {
        if (!_created)
        {
            _state = scan.CreateThreadState();
            _created = true;
        }

        return _state;
    }

    public void Dispose()
    {
        if (_state is IDisposable disposable)
        {
            FunctionFailure.Guard(bound.Execution, disposable.Dispose);
        }
    }
}
