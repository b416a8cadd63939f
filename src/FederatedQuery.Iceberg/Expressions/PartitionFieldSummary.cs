namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// What a manifest list says of one partition field over all files of a manifest (spec: Manifest Lists, <c>field_summary</c>). Bounds
/// are serialized
/// single values of the partition field's result type and count neither nulls nor NaNs; null means not known, or no such value.
/// </summary>
/// <param name="ContainsNull">At least one file has null.</param>
/// <param name="ContainsNaN">At least one file has NaN; null means not known.</param>
/// <param name="LowerBound">Not above any value.</param>
/// <param name="UpperBound">Not below any value.</param>
public sealed record PartitionFieldSummary(
    bool ContainsNull,
    bool? ContainsNaN,
    ReadOnlyMemory<byte>? LowerBound,
    ReadOnlyMemory<byte>? UpperBound);
