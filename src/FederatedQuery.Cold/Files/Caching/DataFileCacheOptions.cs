namespace FederatedQuery.Cold.Files.Caching;

/// <summary>How the cache of data files is bounded.</summary>
internal sealed record DataFileCacheOptions
{
    /// <summary>CACHE_DIRECTORY, absolute. One process at a time uses it.</summary>
    public required string Directory { get; init; }

    /// <summary>CACHE_MAX_BYTES: the bytes of all its files together, those being fetched included.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Requests to object stores that are under way at once, of all queries together.</summary>
    public int Parallelism { get; init; } = 16;

    /// <summary>Objects larger than this are fetched in ranges of about this many bytes.</summary>
    public int RangeBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Smaller objects are fetched whole, however few of their columns are wanted: the footer would cost a round trip more.</summary>
    public long PartialThresholdBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Where more than this share of an object is wanted it is fetched whole, so that other queries find it.</summary>
    public double WholeShare { get; init; } = 0.7;

    /// <summary>How long a query waits for room that others' files take.</summary>
    public TimeSpan AdmissionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may give no byte before it is asked again.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a range is asked for without one byte of progress, beyond what the store tries by itself.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The wait before the second attempt, doubled before each further one and varied by half.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>About how much memory decoded footers may take.</summary>
    public long FooterBytes { get; init; } = 128L * 1024 * 1024;
}
