using FederatedQuery.DuckDb;

namespace FederatedQuery.Federation.Queries;

/// <summary>DuckDB could not read a cached file that turned out damaged. It was dropped: run again, the query fetches it anew.</summary>
internal sealed class BrokenColdFileException(DuckDBException inner) : Exception(inner.Message, inner);
