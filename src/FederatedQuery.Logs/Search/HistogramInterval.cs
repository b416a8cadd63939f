using FederatedQuery.Federation;
using FederatedQuery.Federation.Rows;

namespace FederatedQuery.Logs.Search;

/// <summary>How long the buckets of a histogram are.</summary>
internal static class HistogramInterval
{
    /// <summary>The most buckets where nobody has said how long they are.</summary>
    private const int FewBuckets = 100;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Lengths that people read easily.</summary>
    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(hours => TimeSpan.FromHours(hours)),
        TimeSpan.FromDays(1), TimeSpan.FromDays(2), Week,
    ];

    /// <summary>The shortest that gives few buckets; beyond them whole weeks.</summary>
    /// <param name="range">Not negative.</param>
    public static TimeSpan Of(TimeSpan range)
    {
        foreach (var step in Steps)
        {
            if (range <= step * FewBuckets)
            {
                return step;
            }
        }

        return Week * Math.Ceiling(range / (Week * FewBuckets));
    }

    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public static TimeSpan Check(TimeSpan interval) => interval >= Shortest && interval.Ticks % TimeSpan.TicksPerMicrosecond == 0
        ? interval
        : throw new FederatedQueryException(
            FailureKind.BadArgument, $"`interval` is {System.Xml.XmlConvert.ToString(interval)}; it must be whole microseconds, and a millisecond (PT0.001S) or more.");

    /// <summary>A week begins on Monday; all else with 1970.</summary>
    public static TimeBucket BucketOf(TimeSpan interval) => interval == Week ? TimeBucket.Week : TimeBucket.Of(interval);
}
