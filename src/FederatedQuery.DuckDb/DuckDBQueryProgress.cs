namespace FederatedQuery.DuckDb;

/// <summary>How far the running query is, as DuckDB guesses it.</summary>
/// <param name="Percentage">0..100, or -1 when there is no query or the connection does not track progress.</param>
public readonly record struct DuckDBQueryProgress(double Percentage, ulong RowsProcessed, ulong TotalRowsToProcess);
