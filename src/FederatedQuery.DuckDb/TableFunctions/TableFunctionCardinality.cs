namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>How many rows a scan will give; DuckDB orders joins by it.</summary>
/// <param name="IsExact">False when it is a guess. A wrong exact one makes DuckDB plan wrongly.</param>
public readonly record struct TableFunctionCardinality(long Rows, bool IsExact);
