namespace FederatedQuery.Cold.Files.Caching;

/// <summary>A file of the cache, or one on its way into it. Everything here is changed under the cache's lock.</summary>
internal sealed class CacheEntry(FilePart part, long sizeBytes)
{
    public FilePart Part { get; } = part;

    /// <summary>What it counts toward the bound: reserved before it is fetched, exact afterwards.</summary>
    public long SizeBytes { get; set; } = sizeBytes;

    /// <summary>Null until it is stored.</summary>
    public string? Name { get; set; }

    public StoredFile? Description { get; set; }

    public DateTime LastWriteTimeUtc { get; set; }

    /// <summary>Readers and those who wait for it. With none it may be evicted.</summary>
    public int Leases { get; set; }

    /// <summary>Fetches the file, or checks one that was there at start; null when neither is needed.</summary>
    public Task? Load { get; set; }

    public CancellationTokenSource? LoadCancellation { get; set; }

    /// <summary>True for a file of an earlier process that has not been checked yet.</summary>
    public bool IsUnchecked { get; set; }

    /// <summary>Not to be found any more: it goes with its last lease.</summary>
    public bool IsDoomed { get; set; }

    /// <summary>Its place among those that may be evicted, least recently used first; null while leased or loading.</summary>
    public LinkedListNode<CacheEntry>? EvictionNode { get; set; }
}
