namespace FederatedQuery.Iceberg.Transactions;

/// <summary>How often and how fast a commit that lost a race is tried again.</summary>
public sealed record CommitOptions
{
    public int MaxAttempts { get; init; } = 20;

    /// <summary>The longest wait before the second attempt; it doubles from there.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>No wait is longer.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);
}
