namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>Up to where a log is on disk for certain.</summary>
/// <param name="Segment">The last one.</param>
/// <param name="Offset">Bytes of it.</param>
/// <param name="LogOffset">Bytes of the whole log, counted from the first segment that there was when the log was opened.</param>
/// <param name="Sequence">After the last record.</param>
/// <param name="UnixMilliseconds">When the last record was accepted.</param>
internal sealed record DurableEnd(Segment Segment, long Offset, long LogOffset, long Sequence, long UnixMilliseconds);
