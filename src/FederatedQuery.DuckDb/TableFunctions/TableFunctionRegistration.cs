using FederatedQuery.DuckDb.Callbacks;
using FederatedQuery.DuckDb.Native;

namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>Hands a table function to DuckDB.</summary>
internal static unsafe class TableFunctionRegistration
{
    public static void Register(DuckDBDatabase database, DuckDBConnection connection, TableFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        using var handle = NativeMethods.TableFunctions.Create();
        NativeMethods.TableFunctions.SetName(handle, function.Name);
        foreach (var type in function.Parameters)
        {
            using var native = LogicalTypeConverter.Create(type);
            NativeMethods.TableFunctions.AddParameter(handle, native);
        }

        foreach (var (name, type) in function.NamedParameters)
        {
            using var native = LogicalTypeConverter.Create(type);
            NativeMethods.TableFunctions.AddNamedParameter(handle, name, native);
        }

        var registered = new RegisteredTableFunction(function, new WeakReference<DuckDBDatabase>(database));
        NativeMethods.TableFunctions.SetExtraInfo(handle, CallbackState.Keep(registered), CallbackState.Destroy);
        NativeMethods.TableFunctions.SetBind(handle, TableFunctionCallbacks.Bind);
        NativeMethods.TableFunctions.SetInit(handle, TableFunctionCallbacks.Init);
        NativeMethods.TableFunctions.SetLocalInit(handle, TableFunctionCallbacks.LocalInit);
        NativeMethods.TableFunctions.SetFunction(handle, TableFunctionCallbacks.Main);
        NativeMethods.TableFunctions.SupportsProjectionPushdown(handle, true);
        if (NativeMethods.TableFunctions.Register(connection.Handle, handle) != DuckDBState.Success)
        {
            throw new DuckDBException(
                DuckDBErrorType.Catalog,
                $"DuckDB refuses the table function '{function.Name}': its name is taken or empty, or a parameter has a type that is none.");
        }
    }
}
