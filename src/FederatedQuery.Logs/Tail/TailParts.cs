namespace FederatedQuery.Logs.Tail;

/// <summary>What subscriptions need.</summary>
internal sealed record TailParts(
    LogTailHub Hub, StoredBatches Stored, TailHistory History, TailReads Reads, LogTailMetrics Metrics, LogTailOptions Options, TimeProvider Time);
