using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// A tuple of partition values, in the order of the fields of its spec; null stands for null. Equality is the specification's:
/// floating point by bits with NaNs alike.
/// </summary>
public sealed class PartitionData : IEquatable<PartitionData>
{
    public PartitionData(params ImmutableArray<Literal?> values) => Values = values;

    /// <summary>The tuple of an unpartitioned spec.</summary>
    public static PartitionData Empty { get; } = new([]);

    public ImmutableArray<Literal?> Values { get; }

    public Literal? this[int position] => Values[position];

    public bool Equals(PartitionData? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as PartitionData);

    public override int GetHashCode() => Values.Aggregate(Values.Length, (hash, value) => HashCode.Combine(hash, value));

    public override string ToString() => $"({string.Join(", ", Values.Select(value => value?.ToString() ?? "null"))})";
}
