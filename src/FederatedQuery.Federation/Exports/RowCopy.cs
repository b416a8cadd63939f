using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Exports;

/// <summary>Brings a result into a sink; the next rows are read while some are written.</summary>
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
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var count = 0L;
        var reading = next(stop.Token);
        try
        {
            // Before the sink: what fails at once fails without an output.
            await reading;
            await using var sink = await open(columns, cancellationToken);
            while (await reading is { } rows)
            {
                reading = next(stop.Token);
                using (rows)
                {
                    var chunk = chunkOf(rows);
                    count += chunk.Count;
                    await sink.WriteAsync(chunk, cancellationToken);
                }
            }

            await sink.CompleteAsync(cancellationToken);
            return count;
        }
        catch
        {
            await stop.CancelAsync();
            await DropAsync(reading);
            throw;
        }
    }

    /// <summary>Nobody is to have these: the copy has failed already, and the reader may be disposed of once it has come to rest.</summary>
    private static async Task DropAsync<TRows>(Task<TRows?> reading)
        where TRows : class, IDisposable
    {
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (reading.IsCompletedSuccessfully)
        {
            (await reading)?.Dispose();
        }
    }
}
