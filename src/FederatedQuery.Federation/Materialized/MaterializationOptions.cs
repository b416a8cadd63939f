namespace FederatedQuery.Federation.Materialized;

/// <summary>Which results are stored, how long, and how many. A record: equal by value, as settings are.</summary>
public sealed record MaterializationOptions
{
    /// <summary>A year: the most that a result may be asked to answer.</summary>
    public const int MaximumTimeToLiveSeconds = 365 * 24 * 3600;

    /// <summary>MATERIALIZATION_ENABLED: false stores nothing and answers from nothing stored.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>MATERIALIZATION_TTL: a stored result answers for no longer than this, however little its tables change.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>MATERIALIZATION_MAX_COUNT: those used longest ago make room for the next.</summary>
    public int MaximumCount { get; set; } = 1_000;

    /// <summary>MATERIALIZATION_MAX_BYTES: of all files together.</summary>
    public long MaximumBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>MATERIALIZATION_MAX_RESULT_BYTES: of one result, as JSON; larger ones are not stored. A result is held in memory until it is.</summary>
    public long MaximumResultBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>MATERIALIZATION_MIN_MILLISECONDS: statements that are answered in less are stored by themselves only when they are asked again.</summary>
    public TimeSpan MinimumTime { get; set; } = TimeSpan.FromMilliseconds(100);
}
