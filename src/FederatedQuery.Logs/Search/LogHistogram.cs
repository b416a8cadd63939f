using System.Collections.Immutable;
using FederatedQuery.Federation.Rows;

namespace FederatedQuery.Logs.Search;

/// <summary>Counts of log records over time.</summary>
/// <param name="Buckets">By time, without gaps; none when there are no records.</param>
/// <param name="Report">What that took.</param>
public sealed record LogHistogram(ImmutableArray<LogBucket> Buckets, RowReport Report);

/// <summary>The records of one interval.</summary>
/// <param name="Levels">Those that there are, by code point.</param>
public sealed record LogBucket(DateTimeOffset From, TimeSpan Width, ImmutableArray<LogLevel> Levels)
{
    /// <summary>Where the next one begins.</summary>
    public DateTimeOffset To => From + Width;

    public long Count => Levels.Sum(level => level.Count);
}

/// <summary>How many records of an interval have a level.</summary>
public sealed record LogLevel(string Level, long Count);

/// <summary>The commonest values of a column.</summary>
/// <param name="Report">What that took; null: nothing was read.</param>
public sealed record LogFieldValues(ImmutableArray<LogFieldCount> Values, RowReport? Report);

/// <summary>How many records have a value, or none.</summary>
public sealed record LogFieldCount(string? Value, long Count);
