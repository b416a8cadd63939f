using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

internal sealed class DatabaseHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.OpenConnect.Close(ref pointer);
}

internal sealed class ConnectionHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.OpenConnect.Disconnect(ref pointer);
}

internal sealed class ConfigHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.OpenConnect.DestroyConfig(ref pointer);
}

internal sealed class ExtractedStatementsHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.Query.DestroyExtracted(ref pointer);
}

internal sealed class PreparedStatementHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.Query.DestroyPrepare(ref pointer);
}

internal sealed class PendingResultHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.Query.DestroyPending(ref pointer);
}

internal sealed class LogicalTypeHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.LogicalTypes.Destroy(ref pointer);
}

internal sealed class ValueHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.Values.Destroy(ref pointer);
}

internal sealed class DataChunkHandle : DuckDBSafeHandle
{
    public DataChunkHandle()
    {
    }

    public DataChunkHandle(nint chunk) => SetHandle(chunk);

    public nint Pointer => handle;

    protected override void Destroy(nint pointer) => NativeMethods.DataChunks.Destroy(ref pointer);
}

internal sealed class AppenderHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.Appenders.Destroy(ref pointer);
}

internal sealed class ErrorDataHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.Appenders.DestroyErrorData(ref pointer);
}

internal sealed class TableFunctionHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.TableFunctions.Destroy(ref pointer);
}

internal sealed class ScalarFunctionHandle : DuckDBSafeHandle
{
    protected override void Destroy(nint pointer) => NativeMethods.ScalarFunctions.Destroy(ref pointer);
}

/// <summary>A <c>duckdb_result</c> lies in memory of its own, because the C API wants its address and it must not move.</summary>
internal sealed unsafe class ResultHandle : DuckDBSafeHandle
{
    public ResultHandle() => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeResult)));

    public NativeResult* Result => (NativeResult*)handle;

    protected override void Destroy(nint pointer)
    {
        NativeMethods.Query.DestroyResult((NativeResult*)pointer);
        NativeMemory.Free((void*)pointer);
    }
}
