using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Table functions. The info pointers are DuckDB's and live for one callback.</summary>
    internal static partial class TableFunctions
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_table_function")]
        public static partial TableFunctionHandle Create();

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_table_function")]
        public static partial void Destroy(ref nint function);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void SetName(TableFunctionHandle function, string name);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_add_parameter")]
        public static partial void AddParameter(TableFunctionHandle function, LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_add_named_parameter", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void AddNamedParameter(TableFunctionHandle function, string name, LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_set_extra_info")]
        public static partial void SetExtraInfo(TableFunctionHandle function, nint extraInfo, delegate* unmanaged[Cdecl]<nint, void> destroy);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_set_bind")]
        public static partial void SetBind(TableFunctionHandle function, delegate* unmanaged[Cdecl]<nint, void> bind);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_set_init")]
        public static partial void SetInit(TableFunctionHandle function, delegate* unmanaged[Cdecl]<nint, void> init);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_set_local_init")]
        public static partial void SetLocalInit(TableFunctionHandle function, delegate* unmanaged[Cdecl]<nint, void> init);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_set_function")]
        public static partial void SetFunction(TableFunctionHandle function, delegate* unmanaged[Cdecl]<nint, nint, void> main);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_supports_projection_pushdown")]
        public static partial void SupportsProjectionPushdown(TableFunctionHandle function, [MarshalAs(UnmanagedType.U1)] bool pushdown);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_register_table_function")]
        public static partial DuckDBState Register(ConnectionHandle connection, TableFunctionHandle function);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_get_extra_info")]
        public static partial nint BindGetExtraInfo(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_table_function_get_client_context")]
        public static partial void BindGetClientContext(nint info, out nint clientContext);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_add_result_column", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void BindAddResultColumn(nint info, string name, LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_get_parameter_count")]
        public static partial ulong BindGetParameterCount(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_get_parameter")]
        public static partial ValueHandle BindGetParameter(nint info, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_get_named_parameter", StringMarshalling = StringMarshalling.Utf8)]
        public static partial ValueHandle BindGetNamedParameter(nint info, string name);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_set_bind_data")]
        public static partial void BindSetBindData(nint info, nint bindData, delegate* unmanaged[Cdecl]<nint, void> destroy);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_set_cardinality")]
        public static partial void BindSetCardinality(nint info, ulong cardinality, [MarshalAs(UnmanagedType.U1)] bool isExact);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_set_error", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void BindSetError(nint info, string error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_init_get_bind_data")]
        public static partial nint InitGetBindData(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_init_set_init_data")]
        public static partial void InitSetInitData(nint info, nint initData, delegate* unmanaged[Cdecl]<nint, void> destroy);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_init_get_column_count")]
        public static partial ulong InitGetColumnCount(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_init_get_column_index")]
        public static partial ulong InitGetColumnIndex(nint info, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_init_set_max_threads")]
        public static partial void InitSetMaxThreads(nint info, ulong maxThreads);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_init_set_error", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void InitSetError(nint info, string error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_function_get_bind_data")]
        public static partial nint FunctionGetBindData(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_function_get_init_data")]
        public static partial nint FunctionGetInitData(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_function_get_local_init_data")]
        public static partial nint FunctionGetLocalInitData(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_function_set_error", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void FunctionSetError(nint info, string error);
    }

    /// <summary>Scalar functions.</summary>
    internal static partial class ScalarFunctions
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_scalar_function")]
        public static partial ScalarFunctionHandle Create();

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_scalar_function")]
        public static partial void Destroy(ref nint function);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void SetName(ScalarFunctionHandle function, string name);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_add_parameter")]
        public static partial void AddParameter(ScalarFunctionHandle function, LogicalTypeHandle type);

        /// <summary>Arguments of this type may follow the parameters; ANY: of any types.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_varargs")]
        public static partial void SetVarArgs(ScalarFunctionHandle function, LogicalTypeHandle type);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_return_type")]
        public static partial void SetReturnType(ScalarFunctionHandle function, LogicalTypeHandle type);

        /// <summary>Without it a constant NULL argument makes the call NULL while planning, and the function is not called.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_special_handling")]
        public static partial void SetSpecialHandling(ScalarFunctionHandle function);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_volatile")]
        public static partial void SetVolatile(ScalarFunctionHandle function);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_extra_info")]
        public static partial void SetExtraInfo(ScalarFunctionHandle function, nint extraInfo, delegate* unmanaged[Cdecl]<nint, void> destroy);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_function")]
        public static partial void SetFunction(ScalarFunctionHandle function, delegate* unmanaged[Cdecl]<nint, nint, nint, void> main);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_bind")]
        public static partial void SetBind(ScalarFunctionHandle function, delegate* unmanaged[Cdecl]<nint, void> bind);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_bind_get_extra_info")]
        public static partial nint BindGetExtraInfo(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_bind_set_error", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void BindSetError(nint info, string error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_get_client_context")]
        public static partial void BindGetClientContext(nint info, out nint clientContext);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_bind_data")]
        public static partial void SetBindData(nint info, nint bindData, delegate* unmanaged[Cdecl]<nint, void> destroy);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_bind_data_copy")]
        public static partial void SetBindDataCopy(nint info, delegate* unmanaged[Cdecl]<nint, nint> copy);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_get_bind_data")]
        public static partial nint GetBindData(nint info);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_scalar_function_set_error", StringMarshalling = StringMarshalling.Utf8)]
        public static partial void SetError(nint info, string error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_register_scalar_function")]
        public static partial DuckDBState Register(ConnectionHandle connection, ScalarFunctionHandle function);
    }

    /// <summary>Appender.</summary>
    internal static partial class Appenders
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_create_ext", StringMarshalling = StringMarshalling.Utf8)]
        public static partial DuckDBState CreateExt(
            ConnectionHandle connection, string? catalog, string? schema, string table, out AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_column_count")]
        public static partial ulong ColumnCount(AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_column_type")]
        public static partial LogicalTypeHandle ColumnType(AppenderHandle appender, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_error_data")]
        public static partial ErrorDataHandle ErrorData(AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_error_data_error_type")]
        public static partial DuckDBErrorType ErrorDataType(ErrorDataHandle error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_error_data_message")]
        public static partial nint ErrorDataMessage(ErrorDataHandle error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_error_data")]
        public static partial void DestroyErrorData(ref nint error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_flush")]
        public static partial DuckDBState Flush(AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_close")]
        public static partial DuckDBState Close(AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_destroy")]
        public static partial DuckDBState Destroy(ref nint appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_appender_end_row")]
        public static partial DuckDBState EndRow(AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_append_value")]
        public static partial DuckDBState AppendValue(AppenderHandle appender, ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_append_default")]
        public static partial DuckDBState AppendDefault(AppenderHandle appender);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_append_data_chunk")]
        public static partial DuckDBState AppendDataChunk(AppenderHandle appender, nint chunk);
    }
}
