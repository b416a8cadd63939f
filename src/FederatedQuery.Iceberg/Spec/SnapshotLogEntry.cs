namespace FederatedQuery.Iceberg.Spec;

/// <summary>When a snapshot became the current one.</summary>
public sealed record SnapshotLogEntry(long TimestampMs, long SnapshotId);

/// <summary>A former metadata file and when it was last updated.</summary>
public sealed record MetadataLogEntry(long TimestampMs, string MetadataFile);
