using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>A delete file or deletion vector that must be applied to a data file.</summary>
public sealed record DeleteFile(DataFile File, long SequenceNumber);
