namespace FederatedQuery.Logs.Tail;

/// <summary>The records of one stored batch, in their order; shared by all subscribers.</summary>
/// <param name="Number">As <c>log_batches</c> has it.</param>
/// <param name="Records">By id, which within a batch is the order of acceptance.</param>
internal sealed record TailBatch(long Number, IReadOnlyList<TailRecord> Records)
{
    /// <summary>Bytes in memory, roughly.</summary>
    public long Size { get; } = Records.Sum(record => (long)record.Size);
}

/// <summary>A record, and the batch it was stored in.</summary>
internal readonly record struct StoredRecord(TailRecord Record, long Batch)
{
    public TailCursor Cursor => TailCursor.Stored(Batch, Record.Id, Record.TimestampMicros);
}
