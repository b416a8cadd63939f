namespace FederatedQuery.Federation.Telemetry;

/// <summary>How long figures of reads are kept, and how finely.</summary>
public sealed class QueryHistoryOptions
{
    /// <summary>METRICS_INTERVAL.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>METRICS_RETENTION_SECONDS.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(1);
}
