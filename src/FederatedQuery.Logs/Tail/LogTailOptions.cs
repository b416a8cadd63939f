namespace FederatedQuery.Logs.Tail;

/// <summary>How log records are passed on as they are stored.</summary>
public sealed class LogTailOptions
{
    /// <summary>Subscribers at the same time; more are refused.</summary>
    public int MaximumSubscribers { get; set; } = 2_000;

    /// <summary>Records that wait for one subscriber to read them; the oldest are dropped for more, and it is told how many.</summary>
    public int MaximumWaiting { get; set; } = 10_000;

    /// <summary>Bytes of the records that wait for one subscriber.</summary>
    public long MaximumWaitingBytes { get; set; } = 8 << 20;

    /// <summary>Bytes of batches that wait to be filtered for one subscriber, shared with the others; one that is further behind reads from the tables again.</summary>
    public long MaximumUnfilteredBytes { get; set; } = 32 << 20;

    /// <summary>The most stored records that a subscriber may ask for to begin with.</summary>
    public int MaximumReplay { get; set; } = 10_000;

    /// <summary>How long to wait for word of a new batch before looking whether one has come without.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before PostgreSQL is asked again after it has failed.</summary>
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a subscriber that needs stored records waits for a tier that does not answer, before its subscription fails.</summary>
    public TimeSpan ReadPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one reading of batches may take.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Rows that are read of stored batches at a time.</summary>
    public int RowsAtATime { get; set; } = 20_000;

    /// <summary>Rows of a page of history.</summary>
    public int PageRows { get; set; } = 2_000;

    /// <summary>Subscribers that read what is stored at the same time, beside the one reader of what is new.</summary>
    public int ConcurrentReads { get; set; } = 2;
}
