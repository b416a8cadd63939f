namespace FederatedQuery.DuckDb.Native;

/// <summary>
/// libduckdb's C API (duckdb.h), one nested class per section of the header; signatures repeat the C ones.
/// Hot calls take plain pointers: their owner (a chunk, a callback's info) is named where they are used and outlives the call.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string DuckDbLibrary = "duckdb";
}
