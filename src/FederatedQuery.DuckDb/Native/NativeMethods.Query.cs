using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Query execution, extracted statements, prepared statements, pending results, streaming results.</summary>
    internal static partial class Query
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_result")]
        public static partial void DestroyResult(NativeResult* result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_column_name")]
        public static partial nint ColumnName(NativeResult* result, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_column_logical_type")]
        public static partial LogicalTypeHandle ColumnLogicalType(NativeResult* result, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_column_count")]
        public static partial ulong ColumnCount(NativeResult* result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_rows_changed")]
        public static partial ulong RowsChanged(NativeResult* result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_result_error")]
        public static partial nint ResultError(NativeResult* result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_result_error_type")]
        public static partial DuckDBErrorType ResultErrorType(NativeResult* result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_result_statement_type")]
        public static partial DuckDBStatementType ResultStatementType(NativeResult result);

        /// <summary>The next chunk, owned by the caller; null at the end or on error.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_fetch_chunk")]
        public static partial nint FetchChunk(NativeResult result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_extract_statements", StringMarshalling = StringMarshalling.Utf8)]
        public static partial ulong ExtractStatements(ConnectionHandle connection, string query, out ExtractedStatementsHandle statements);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_extract_statements_error")]
        public static partial nint ExtractStatementsError(ExtractedStatementsHandle statements);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepare_extracted_statement")]
        public static partial DuckDBState PrepareExtractedStatement(
            ConnectionHandle connection, ExtractedStatementsHandle statements, ulong index, out PreparedStatementHandle statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_extracted")]
        public static partial void DestroyExtracted(ref nint statements);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepare", StringMarshalling = StringMarshalling.Utf8)]
        public static partial DuckDBState Prepare(ConnectionHandle connection, string query, out PreparedStatementHandle statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepare_error")]
        public static partial nint PrepareError(PreparedStatementHandle statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_prepare")]
        public static partial void DestroyPrepare(ref nint statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_nparams")]
        public static partial ulong ParameterCount(PreparedStatementHandle statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_parameter_name")]
        public static partial nint ParameterName(PreparedStatementHandle statement, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_param_logical_type")]
        public static partial LogicalTypeHandle ParameterLogicalType(PreparedStatementHandle statement, ulong index);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_parameter_index", StringMarshalling = StringMarshalling.Utf8)]
        public static partial DuckDBState BindParameterIndex(PreparedStatementHandle statement, out ulong index, string name);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_bind_value")]
        public static partial DuckDBState BindValue(PreparedStatementHandle statement, ulong index, ValueHandle value);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_clear_bindings")]
        public static partial DuckDBState ClearBindings(PreparedStatementHandle statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepared_statement_type")]
        public static partial DuckDBStatementType PreparedStatementType(PreparedStatementHandle statement);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepared_statement_column_count")]
        public static partial ulong PreparedColumnCount(PreparedStatementHandle statement);

        /// <summary>The name is the caller's to free with <c>duckdb_free</c>.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepared_statement_column_name")]
        public static partial nint PreparedColumnName(PreparedStatementHandle statement, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_prepared_statement_column_logical_type")]
        public static partial LogicalTypeHandle PreparedColumnLogicalType(PreparedStatementHandle statement, ulong column);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_pending_prepared_streaming")]
        public static partial DuckDBState PendingPreparedStreaming(PreparedStatementHandle statement, out PendingResultHandle pending);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_pending_prepared")]
        public static partial DuckDBState PendingPrepared(PreparedStatementHandle statement, out PendingResultHandle pending);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_pending_error")]
        public static partial nint PendingError(PendingResultHandle pending);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_execute_pending")]
        public static partial DuckDBState ExecutePending(PendingResultHandle pending, NativeResult* result);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_pending")]
        public static partial void DestroyPending(ref nint pending);
    }
}
