using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Federation.Queries;

/// <summary>How queries are bounded.</summary>
public sealed class QueryOptions
{
    private const long NoLimit = -1;

    // Changed while queries read them, so each is one word.
    private long _maximumColdBytesPerQuery = NoLimit;
    private long _maximumColdBytesPerCaller = NoLimit;

    /// <summary>QUERY_TIMEOUT: after this a query is interrupted in both engines.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Postgres connections that all queries together may hold; a part of POSTGRES_POOL_SIZE.</summary>
    public int HotConnections { get; set; } = 4;

    /// <summary>The most bytes of JSON that one GraphQL answer may hold; larger results are for the streaming endpoint.</summary>
    public int MaximumAnswerBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>MAX_COLD_BYTES_PER_QUERY: a query that would read more of cold files is refused; null: no limit. May change at any time.</summary>
    public long? MaximumColdBytesPerQuery
    {
        get => OrNull(Volatile.Read(ref _maximumColdBytesPerQuery));
        set => Volatile.Write(ref _maximumColdBytesPerQuery, value ?? NoLimit);
    }

    /// <summary>MAX_COLD_BYTES_PER_KEY: what all queries of one caller may read of cold files in a day (UTC); null: no limit, and nothing is counted. May change at any time.</summary>
    public long? MaximumColdBytesPerCaller
    {
        get => OrNull(Volatile.Read(ref _maximumColdBytesPerCaller));
        set => Volatile.Write(ref _maximumColdBytesPerCaller, value ?? NoLimit);
    }

    /// <summary>SLOW_QUERY_MILLISECONDS: a read that takes as long is written to the log with its plan; null: none is.</summary>
    public TimeSpan? SlowQuery { get; set; }

    public int HotRetentionDays { get; set; } = 30;

    public int ColdRetentionDays { get; set; } = 730;

    /// <summary>Tables of the gateway's own, whose columns nobody renames: of these the columns are not looked at again with every read.</summary>
    public IReadOnlySet<TableIdentifier> FixedTables { get; set; } = ImmutableHashSet<TableIdentifier>.Empty;

    private static long? OrNull(long limit) => limit == NoLimit ? null : limit;
}
