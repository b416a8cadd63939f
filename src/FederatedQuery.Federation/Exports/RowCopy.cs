using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Exports;

/// <summary>Brings a result into a sink.</summary>
public static class RowCopy
{
    /// <summary>To the end of the result. The sink is opened when the first rows are there.</summary>
    /// <param name="next">The next rows; null after the last ones.</param>
    /// <param name="chunkOf">The rows themselves, of those columns.</param>
    /// <returns>How many rows there were.</returns>
    public static async Task<long> RunAsync<TRows>(
        IReadOnlyList<DuckDBColumn> columns, Func<CancellationToken, Task<TRows?>> next, Func<TRows, DataChunk> chunkOf, OpenRowSink open, CancellationToken cancellationToken)
        where TRows : class, IDisposable
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(chunkOf);
        ArgumentNullException.ThrowIfNull(open);
        var count = 0L;
        var rows = await next(cancellationToken);
        try
        {
            await using var sink = await open(columns, cancellationToken);
            while (rows is not null)
            {
                var chunk = chunkOf(rows);
                count += chunk.Count;
                await sink.WriteAsync(chunk, cancellationToken);
                rows.Dispose();
                rows = null;
                rows = await next(cancellationToken);
            }

            await sink.CompleteAsync(cancellationToken);
            return count;
        }
        finally
        {
            rows?.Dispose();
        }
    }
}
