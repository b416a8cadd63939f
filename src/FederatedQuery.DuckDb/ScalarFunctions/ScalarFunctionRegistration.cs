using FederatedQuery.DuckDb.Callbacks;
using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.ScalarFunctions;

/// <summary>Hands a scalar function to DuckDB.</summary>
internal static unsafe class ScalarFunctionRegistration
{
    public static void Register(DuckDBDatabase database, DuckDBConnection connection, ScalarFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        using var handle = NativeMethods.ScalarFunctions.Create();
        NativeMethods.ScalarFunctions.SetName(handle, function.Name);
        foreach (var type in function.Parameters)
        {
            using var native = LogicalTypeConverter.Create(type);
            NativeMethods.ScalarFunctions.AddParameter(handle, native);
        }

        if (function.IsVariadic)
        {
            using var any = NativeMethods.LogicalTypes.Create(DuckDBType.Any);
            NativeMethods.ScalarFunctions.SetVarArgs(handle, any);
        }

        using (var native = LogicalTypeConverter.Create(function.ReturnType))
        {
            NativeMethods.ScalarFunctions.SetReturnType(handle, native);
        }

        if (function.IsVolatile)
        {
            NativeMethods.ScalarFunctions.SetVolatile(handle);
        }

        if (function.HandlesNulls)
        {
            NativeMethods.ScalarFunctions.SetSpecialHandling(handle);
        }

        var registered = new RegisteredScalarFunction(function, new WeakReference<DuckDBDatabase>(database));
        NativeMethods.ScalarFunctions.SetExtraInfo(handle, CallbackState.Keep(registered), CallbackState.Destroy);
        NativeMethods.ScalarFunctions.SetBind(handle, ScalarFunctionCallbacks.Bind);
        NativeMethods.ScalarFunctions.SetFunction(handle, ScalarFunctionCallbacks.Main);
        if (NativeMethods.ScalarFunctions.Register(connection.Handle, handle) != DuckDBState.Success)
        {
            throw new DuckDBException(
                DuckDBErrorType.Catalog,
                $"DuckDB refuses the scalar function '{function.Name}': its name is taken or empty, or a parameter has a type that is none.");
        }
    }
}
