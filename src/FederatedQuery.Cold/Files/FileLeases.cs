using FederatedQuery.Cold.Files.Caching;

namespace FederatedQuery.Cold.Files;

/// <summary>
/// Files on local disk that stay there, unchanged, until this is disposed of. Hold it until the result that reads them has been read to its
/// end, or given up.
/// </summary>
public sealed class FileLeases : IDisposable
{
    private readonly CacheLeases? _cached;

    internal FileLeases(IReadOnlyList<string> paths, CacheLeases? cached = null, long bytesFetched = 0)
    {
        Paths = paths;
        _cached = cached;
        BytesFetched = bytesFetched;
    }

    /// <summary>No files.</summary>
    public static FileLeases None { get; } = new([]);

    /// <summary>Absolute local paths, one for each request in its order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Bytes that had to come from object stores for this. What others were fetching already is theirs.</summary>
    public long BytesFetched { get; }

    /// <summary>Files of object stores that were on local disk already. Files that lie on local disk anyway are none of them.</summary>
    public int CacheHits => _cached?.Hits ?? 0;

    /// <summary>
    /// Reads the cached ones again and drops those that are not as they were fetched. For when DuckDB could not read one: acquired anew, it is
    /// fetched again.
    /// </summary>
    /// <returns>True when there was one.</returns>
    public Task<bool> DropBrokenAsync(CancellationToken cancellationToken) => _cached?.DropBrokenAsync(cancellationToken) ?? Task.FromResult(false);

    public void Dispose() => _cached?.Dispose();
}
