namespace FederatedQuery.DuckDb.Native;

/// <summary><c>duckdb_state</c>.</summary>
internal enum DuckDBState
{
    Success = 0,
    Error = 1,
}
