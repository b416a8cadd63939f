using FederatedQuery.DuckDb;

namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>The one text value that a statement gives.</summary>
internal static class SingleValue
{
    public static string Of(DuckDBConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var result = connection.Query(sql, null, cancellationToken);
        using var chunk = result.ReadChunk() ?? throw new InvalidOperationException($"DuckDB gave no row for '{sql}'.");
        return chunk[0].String(0);
    }
}
