using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb;

/// <summary>A column of a result. Names may repeat.</summary>
public sealed record DuckDBColumn(string Name, DuckDBLogicalType Type);
