using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FederatedQuery.DuckDb.Callbacks;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.ScalarFunctions;

/// <summary>The functions DuckDB calls, on its threads. None lets an exception out.</summary>
internal static unsafe class ScalarFunctionCallbacks
{
    public static delegate* unmanaged[Cdecl]<nint, void> Bind => &BindCallback;

    public static delegate* unmanaged[Cdecl]<nint, nint, nint, void> Main => &MainCallback;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void BindCallback(nint info)
    {
        try
        {
            var registered = CallbackState.Get<RegisteredScalarFunction>(NativeMethods.ScalarFunctions.BindGetExtraInfo(info));
            NativeMethods.ScalarFunctions.BindGetClientContext(info, out var context);
            var bound = new BoundScalarFunction(registered.Function, CallingConnection.Find(registered.Database, context));
            NativeMethods.ScalarFunctions.SetBindData(info, CallbackState.Keep(bound), CallbackState.Destroy);
            NativeMethods.ScalarFunctions.SetBindDataCopy(info, CallbackState.Copy);
        }
        catch (Exception exception)
        {
            NativeMethods.ScalarFunctions.BindSetError(info, FunctionFailure.Text(exception));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void MainCallback(nint info, nint input, nint output)
    {
        QueryExecution? execution = null;
        try
        {
            var bound = CallbackState.Get<BoundScalarFunction>(NativeMethods.ScalarFunctions.GetBindData(info));
            execution = bound.Connection?.Current;
            var stop = execution?.StopToken ?? CancellationToken.None;
            stop.ThrowIfCancellationRequested();
            var function = bound.Function;
            var arguments = new DataChunk(input, function.IsVariadic ? bound.TypesOf(input) : function.Parameters);
            var result = new DuckDBVectorWriter(output, function.ReturnType, DataChunk.MaximumCount);
            function.Invoke(arguments, result, stop);
            if (!function.HandlesNulls)
            {
                CarryNulls(arguments, result);
            }
        }
        catch (Exception exception)
        {
            execution?.RecordFunctionException(exception);
            NativeMethods.ScalarFunctions.SetError(info, FunctionFailure.Text(exception));
        }
    }

    /// <summary>DuckDB does this for constants only.</summary>
    private static void CarryNulls(DataChunk arguments, DuckDBVectorWriter result)
    {
        for (var column = 0; column < arguments.ColumnCount; column++)
        {
            var argument = arguments[column];
            for (var row = 0; !argument.AllValid && row < argument.Count; row++)
            {
                if (!argument.IsValid(row))
                {
                    result.SetNull(row);
                }
            }
        }
    }
}
