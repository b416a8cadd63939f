namespace FederatedQuery.Federation.Rows;

/// <summary>How streams are divided.</summary>
internal sealed record StreamSizes
{
    /// <summary>Of the first window, whose rows are to come soon; later ones are read by fewer statements.</summary>
    public long FirstRows { get; init; } = 100_000;

    public long UsualRows { get; init; } = 1_000_000;

    /// <summary>More rows are divided even though files of both windows are then read twice.</summary>
    public long MostRows { get; init; } = 4_000_000;

    /// <summary>After which a stream takes a new session between windows.</summary>
    public TimeSpan SessionAge { get; init; } = TimeSpan.FromMinutes(1);
}
