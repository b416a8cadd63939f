using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Materialized;

/// <summary>The chunks of a result, kept beyond its answer until they are stored. Bounded: what is larger is let go of.</summary>
internal sealed class KeptRows(long maximumBytes) : IDisposable
{
    /// <summary>About what a column of a chunk takes, however few its rows.</summary>
    private const long ColumnBytes = 16 * 1024;

    private readonly List<DataChunk> _chunks = [];

    public IReadOnlyList<DataChunk> Chunks => _chunks;

    /// <summary>Of the result; null until it has begun.</summary>
    public IReadOnlyList<DuckDBColumn>? Columns { get; set; }

    /// <summary>True when the result turned out too large: nothing is kept.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>About the memory that is held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a chunk over.</summary>
    /// <param name="writtenBytes">Of the result as JSON, so far.</param>
    /// <returns>False: it stays the caller's to dispose of.</returns>
    public bool TryTake(DataChunk chunk, long writtenBytes)
    {
        Bytes = Math.Max(writtenBytes, (_chunks.Count + 1L) * chunk.ColumnCount * ColumnBytes);
        IsTooLarge |= writtenBytes > maximumBytes || Bytes > 4 * maximumBytes;
        if (IsTooLarge)
        {
            Dispose();
            return false;
        }

        _chunks.Add(chunk);
        return true;
    }

    public void Dispose()
    {
        _chunks.ForEach(chunk => chunk.Dispose());
        _chunks.Clear();
        Bytes = 0;
    }
}
