namespace FederatedQuery.Benchmarks;

/// <summary>What the command line sets.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>Measured runs of each side; medians are told.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Flights to load: the newest of the file's 3,000,000.</summary>
    public int Rows { get; init; } = 3_000_000;

    /// <summary>Log records to search; nine tenths of them cold.</summary>
    public int Records { get; init; } = 2_000_000;

    /// <summary>Of the searches only those whose name has this in it; null: all.</summary>
    public string? Only { get; init; }

    /// <summary>Rows of the day that is moved.</summary>
    public int MovedRows { get; init; } = 200_000;

    /// <summary>About how large the table on S3 is.</summary>
    public int TableMegabytes { get; init; } = 2048;

    /// <summary>How long each server answers requests in each round.</summary>
    public TimeSpan LoadTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long each server answers requests before it is measured: just-in-time compilers take their time.</summary>
    public TimeSpan WarmUpTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long subscribers stay subscribed before the memory of their server is measured.</summary>
    public TimeSpan SubscribedTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Connections that post log records at the same time.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>How long they do, at each pace.</summary>
    public TimeSpan ConnectedTime { get; init; } = TimeSpan.FromSeconds(60);
}
