using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Queries;

/// <summary>Writes a result as one JSON array.</summary>
internal static class JsonRows
{
    /// <param name="columns">Of the result.</param>
    /// <param name="next">Gives the next chunk, or null after the last; at most one row more than the limit in all.</param>
    /// <param name="destination">Where the array goes.</param>
    /// <param name="limit">The most rows written; null: all.</param>
    /// <returns>The rows written, and whether there were more.</returns>
    public static async Task<(long Rows, bool Truncated)> WriteAsync(
        IReadOnlyList<DuckDBColumn> columns, Func<Task<DataChunk?>> next, PooledBytes destination, int? limit)
    {
        using var writer = new DuckDBJsonWriter(columns);
        destination.GetSpan(1)[0] = (byte)'[';
        destination.Advance(1);
        var truncated = false;
        while (!truncated && await next() is { } read)
        {
            using var chunk = read;
            if (limit is { } most && writer.RowCount + chunk.Count > most)
            {
                chunk.Count = (int)(most - writer.RowCount);
                truncated = true;
            }

            if (chunk.Count > 0)
            {
                writer.WriteArrayItems(chunk, destination);
            }
        }

        destination.GetSpan(1)[0] = (byte)']';
        destination.Advance(1);
        return (writer.RowCount, truncated);
    }
}
