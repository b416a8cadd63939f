namespace FederatedQuery.Logs.Ingest;

/// <summary>How ingest of one gateway process stands.</summary>
/// <param name="QueuedRecords">Acknowledged, and not stored in PostgreSQL yet.</param>
/// <param name="QueuedBytes">Bytes of records that are not stored yet, those included that wait for the disk.</param>
/// <param name="StoredRecords">Stored since the process started.</param>
/// <param name="RejectedRecords">Rejected since the process started.</param>
/// <param name="RecordsPerSecond">Stored per second, over the last ten seconds.</param>
/// <param name="OldestQueuedSeconds">How long the oldest of the queued records has been waiting; 0 when none is.</param>
public sealed record IngestStatus(
    long QueuedRecords, long QueuedBytes, long StoredRecords, long RejectedRecords, double RecordsPerSecond, double OldestQueuedSeconds);
