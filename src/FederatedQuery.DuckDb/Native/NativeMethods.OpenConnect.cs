using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Open/Connect and Configuration.</summary>
    internal static partial class OpenConnect
    {
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_open_ext", StringMarshalling = StringMarshalling.Utf8)]
        public static partial DuckDBState OpenExt(string path, out DatabaseHandle database, ConfigHandle config, out nint error);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_close")]
        public static partial void Close(ref nint database);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_connect")]
        public static partial DuckDBState Connect(DatabaseHandle database, out ConnectionHandle connection);

        /// <summary>Only sets a flag: never blocks, may be called from any thread while the connection lives.</summary>
        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_interrupt")]
        public static partial void Interrupt(ConnectionHandle connection);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_query_progress")]
        public static partial NativeQueryProgress QueryProgress(ConnectionHandle connection);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_disconnect")]
        public static partial void Disconnect(ref nint connection);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_connection_get_client_context")]
        public static partial void ConnectionGetClientContext(ConnectionHandle connection, out nint clientContext);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_client_context_get_connection_id")]
        public static partial ulong ClientContextGetConnectionId(nint clientContext);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_client_context")]
        public static partial void DestroyClientContext(ref nint clientContext);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_library_version")]
        public static partial nint LibraryVersion();

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_create_config")]
        public static partial DuckDBState CreateConfig(out ConfigHandle config);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_set_config", StringMarshalling = StringMarshalling.Utf8)]
        public static partial DuckDBState SetConfig(ConfigHandle config, string name, string option);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_destroy_config")]
        public static partial void DestroyConfig(ref nint config);

        [LibraryImport(DuckDbLibrary, EntryPoint = "duckdb_free")]
        public static partial void Free(nint pointer);
    }
}
