namespace FederatedQuery.DuckDb.Types;

/// <summary>A member of a struct or union type, a column of a table function, or the key or value of a map.</summary>
public sealed record DuckDBField(string Name, DuckDBLogicalType Type);
