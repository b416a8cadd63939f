using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FederatedQuery.DuckDb.Callbacks;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Values;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>The functions DuckDB calls, on its threads. None lets an exception out.</summary>
internal static unsafe class TableFunctionCallbacks
{
    public static delegate* unmanaged[Cdecl]<nint, void> Bind => &BindCallback;

    public static delegate* unmanaged[Cdecl]<nint, void> Init => &InitCallback;

    public static delegate* unmanaged[Cdecl]<nint, void> LocalInit => &LocalInitCallback;

    public static delegate* unmanaged[Cdecl]<nint, nint, void> Main => &MainCallback;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void BindCallback(nint info)
    {
        QueryExecution? execution = null;
        try
        {
            var registered = CallbackState.Get<RegisteredTableFunction>(NativeMethods.TableFunctions.BindGetExtraInfo(info));
            NativeMethods.TableFunctions.BindGetClientContext(info, out var context);
            var connection = CallingConnection.Find(registered.Database, context);
            execution = connection?.Current;
            var arguments = ReadArguments(registered.Function, info);
            var binding = registered.Function.Bind(arguments, execution?.StopToken ?? CancellationToken.None);
            var columns = binding.Columns;
            if (columns.Count == 0)
            {
                throw new InvalidOperationException($"The table function '{registered.Function.Name}' gives no columns.");
            }

            foreach (var column in columns)
            {
                using var type = LogicalTypeConverter.Create(column.Type);
                NativeMethods.TableFunctions.BindAddResultColumn(info, column.Name, type);
            }

            if (binding.Cardinality is { } cardinality)
            {
                NativeMethods.TableFunctions.BindSetCardinality(info, (ulong)cardinality.Rows, cardinality.IsExact);
            }

            var bound = new BoundTableFunction(binding, columns, connection);
            NativeMethods.TableFunctions.BindSetBindData(info, CallbackState.Keep(bound), CallbackState.Destroy);
        }
        catch (Exception exception)
        {
            execution?.RecordFunctionException(exception);
            NativeMethods.TableFunctions.BindSetError(info, FunctionFailure.Text(exception));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void InitCallback(nint info)
    {
        QueryExecution? execution = null;
        try
        {
            var bound = CallbackState.Get<BoundTableFunction>(NativeMethods.TableFunctions.InitGetBindData(info));
            execution = bound.Execution;
            var projected = new int[NativeMethods.TableFunctions.InitGetColumnCount(info)];
            for (var i = 0; i < projected.Length; i++)
            {
                // Virtual columns (row id, "empty") have huge numbers.
                var column = NativeMethods.TableFunctions.InitGetColumnIndex(info, (ulong)i);
                projected[i] = column < (ulong)bound.Columns.Count ? (int)column : -1;
            }

            var scan = bound.Binding.Open(projected, bound.StopToken);
            var open = new OpenTableFunction(scan, bound, projected);
            NativeMethods.TableFunctions.InitSetInitData(info, CallbackState.Keep(open), CallbackState.Destroy);
            NativeMethods.TableFunctions.InitSetMaxThreads(info, (ulong)Math.Max(1, scan.MaximumThreads));
        }
        catch (Exception exception)
        {
            execution?.RecordFunctionException(exception);
            NativeMethods.TableFunctions.InitSetError(info, FunctionFailure.Text(exception));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void LocalInitCallback(nint info)
    {
        var bound = CallbackState.Get<BoundTableFunction>(NativeMethods.TableFunctions.InitGetBindData(info));
        NativeMethods.TableFunctions.InitSetInitData(info, CallbackState.Keep(new ReadingThread(bound)), CallbackState.Destroy);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void MainCallback(nint info, nint output)
    {
        QueryExecution? execution = null;
        try
        {
            var bound = CallbackState.Get<BoundTableFunction>(NativeMethods.TableFunctions.FunctionGetBindData(info));
            execution = bound.Execution;
            var open = CallbackState.Get<OpenTableFunction>(NativeMethods.TableFunctions.FunctionGetInitData(info));
            var thread = CallbackState.Get<ReadingThread>(NativeMethods.TableFunctions.FunctionGetLocalInitData(info));
            var stop = bound.StopToken;
            stop.ThrowIfCancellationRequested();
            open.Scan.Read(new DataChunk(output, open.TypesOf(output)), thread.StateOf(open.Scan), stop);
        }
        catch (Exception exception)
        {
            execution?.RecordFunctionException(exception);
            NativeMethods.TableFunctions.FunctionSetError(info, FunctionFailure.Text(exception));
        }
    }

    private static TableFunctionArguments ReadArguments(TableFunction function, nint info)
    {
        var positional = new object?[NativeMethods.TableFunctions.BindGetParameterCount(info)];
        for (var i = 0; i < positional.Length; i++)
        {
            using var value = NativeMethods.TableFunctions.BindGetParameter(info, (ulong)i);
            positional[i] = DuckDBValueReader.Read(value);
        }

        var named = new Dictionary<string, object?>();
        foreach (var name in function.NamedParameters.Keys)
        {
            using var value = NativeMethods.TableFunctions.BindGetNamedParameter(info, name);
            if (!value.IsInvalid)
            {
                named[name] = DuckDBValueReader.Read(value);
            }
        }

        return new TableFunctionArguments(positional, named);
    }
}
