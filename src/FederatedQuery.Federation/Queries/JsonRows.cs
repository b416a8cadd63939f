using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Federation.Materialized;

namespace FederatedQuery.Federation.Queries;

/// <summary>Writes a result as one JSON array.</summary>
internal static class JsonRows
{
    /// <param name="columns">Of the result.</param>
    /// <param name="next">Gives the next chunk, or null after the last; at most one row more than the limit in all.</param>
    /// <param name="destination">Where the array goes.</param>
    /// <param name="limit">The most rows written; null: all.</param>
    /// <param name="keep">Takes chunks over once they are written; null: nobody does.</param>
    /// <returns>The rows written, and whether there were more.</returns>
    public static async Task<(long Rows, bool Truncated)> WriteAsync(
        IReadOnlyList<DuckDBColumn> columns, Func<Task<DataChunk?>> next, PooledBytes destination, int? limit, KeptRows? keep = null)
    {
        using var writer = new DuckDBJsonWriter(columns);
        destination.GetSpan(1)[0] = (byte)'[';
        destination.Advance(1);
        var truncated = false;
        while (!truncated && await next() is { } chunk)
        {
            var isKept = false;
            try
            {
                truncated = Write(chunk, writer, destination, limit);
                isKept = chunk.Count > 0 && keep?.TryTake(chunk, destination.WrittenCount) == true;
            }
            finally
            {
                if (!isKept)
                {
                    chunk.Dispose();
                }
            }
        }

        destination.GetSpan(1)[0] = (byte)']';
        destination.Advance(1);
        return (writer.RowCount, truncated);
    }

    /// <returns>True when rows had to be left out.</returns>
    private static bool Write(DataChunk chunk, DuckDBJsonWriter writer, PooledBytes destination, int? limit)
    {
        var truncated = false;
        if (limit is { } most && writer.RowCount + chunk.Count > most)
        {
            chunk.Count = (int)(most - writer.RowCount);
            truncated = true;
        }

        if (chunk.Count > 0)
        {
            writer.WriteArrayItems(chunk, destination);
        }

        return truncated;
    }
}
