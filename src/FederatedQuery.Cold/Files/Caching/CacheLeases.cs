namespace FederatedQuery.Cold.Files.Caching;

/// <summary>Parts held for a statement.</summary>
internal sealed class CacheLeases(DataFileCache cache, IReadOnlyList<CacheEntry> entries, IReadOnlyList<string> paths, int hits) : IDisposable
{
    private int _isReleased;

    /// <summary>One for each request, in its order.</summary>
    public IReadOnlyList<string> Paths { get; } = paths;

    /// <summary>Parts that were on disk already.</summary>
    public int Hits { get; } = hits;

    /// <inheritdoc cref="DataFileCache.DropBrokenAsync"/>
    public Task<bool> DropBrokenAsync(CancellationToken cancellationToken) => cache.DropBrokenAsync(entries, cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            cache.Release(entries);
        }
    }
}
