namespace FederatedQuery.Federation.Telemetry;

/// <summary>The figures of the reads of one interval that took their rows from the same tiers.</summary>
/// <param name="At">Start of the interval.</param>
/// <param name="Tier">Where rows came from; of reads that failed, where they were asked from.</param>
/// <param name="Queries">Those that failed included.</param>
/// <param name="P50Milliseconds">Half of the queries took no longer; within 5 percent.</param>
/// <param name="P99Milliseconds">99 of 100 queries took no longer; within 5 percent.</param>
/// <param name="Rows">Rows answered.</param>
/// <param name="Bytes">Taken from both tiers.</param>
public sealed record QueryMetric(
    DateTimeOffset At, DataSource Tier, long Queries, long Errors, double P50Milliseconds, double P99Milliseconds, long Rows, long Bytes);
