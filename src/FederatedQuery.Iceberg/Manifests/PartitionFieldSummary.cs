namespace FederatedQuery.Iceberg.Manifests;

/// <summary>What the partition tuples of a manifest have in one field (spec: field_summary). Bounds are single-value serialized; null when all values are null or NaN.</summary>
public sealed record PartitionFieldSummary(bool ContainsNull, bool? ContainsNaN, ReadOnlyMemory<byte>? LowerBound, ReadOnlyMemory<byte>? UpperBound);
