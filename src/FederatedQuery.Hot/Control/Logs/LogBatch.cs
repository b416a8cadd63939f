namespace FederatedQuery.Hot.Control.Logs;

/// <summary>Log records of one stream that were stored in one transaction.</summary>
public sealed record LogBatch
{
    /// <summary>Rises by one from batch to batch, over all streams; a batch is visible only when all before it are. 0 before it is stored.</summary>
    public long Number { get; init; }

    /// <summary>The number of the write-ahead log that they come from.</summary>
    public required int Stream { get; init; }

    /// <summary>Of the first record, within the stream.</summary>
    public required long FirstSequence { get; init; }

    /// <summary>After the last record.</summary>
    public required long EndSequence { get; init; }

    /// <summary>The least and the greatest id: ids of a stream rise with the sequence.</summary>
    public required Guid FirstId { get; init; }

    public required Guid LastId { get; init; }

    /// <summary>The least and the greatest timestamp, in microseconds since 1970.</summary>
    public required long LeastMicros { get; init; }

    public required long GreatestMicros { get; init; }

    /// <summary>Fewer than there are sequences where PostgreSQL refused some.</summary>
    public required int Rows { get; init; }

    /// <summary>By the database's clock; null before it is stored.</summary>
    public DateTimeOffset? StoredAt { get; init; }
}
