namespace FederatedQuery.Federation.Telemetry;

/// <summary>The figures of one interval, its durations in buckets that grow by a twelfth of their size. Not thread-safe.</summary>
internal sealed class IntervalFigures
{
    private const int BucketsPerDoubling = 8;

    /// <summary>Upper end of the first bucket.</summary>
    private const double LeastSeconds = 0.0001;

    /// <summary>Up to a little more than a day, which is the longest QUERY_TIMEOUT.</summary>
    private const int Buckets = 241;

    private readonly int[] _durations = new int[Buckets];
    private long _queries;
    private long _errors;

    public long Rows { get; set; }

    public long Bytes { get; set; }

    public void Took(double seconds, bool isError)
    {
        _queries++;
        _errors += isError ? 1 : 0;
        var bucket = seconds <= LeastSeconds ? 0 : (int)Math.Ceiling(Math.Log2(seconds / LeastSeconds) * BucketsPerDoubling);
        _durations[Math.Min(bucket, Buckets - 1)]++;
    }

    public QueryMetric Of(DateTimeOffset at, DataSource tier) => new(at, tier, _queries, _errors, Quantile(0.5), Quantile(0.99), Rows, Bytes);

    /// <returns>Milliseconds: the middle of the bucket in which it lies.</returns>
    private double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(_queries * share);
        for (var (bucket, seen) = (0, 0L); bucket < Buckets; bucket++)
        {
            seen += _durations[bucket];
            if (seen >= rank && seen > 0)
            {
                return LeastSeconds * 1000 * Math.Pow(2, (bucket - 0.5) / BucketsPerDoubling);
            }
        }

        return 0;
    }
}
