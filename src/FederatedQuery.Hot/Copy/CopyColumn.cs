using FederatedQuery.DuckDb.Types;
using FederatedQuery.Hot.Introspection;

namespace FederatedQuery.Hot.Copy;

/// <summary>A column of a binary COPY: what PostgreSQL calls it and stores, and what the chunk's vector holds.</summary>
public sealed record CopyColumn(string Name, PostgresType Type, DuckDBLogicalType VectorType);
