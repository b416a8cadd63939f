using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>One value of a partition tuple: which column(s) it comes from and how.</summary>
public sealed record PartitionField
{
    public PartitionField(int sourceId, int fieldId, string name, Transform transform)
        : this([sourceId], fieldId, name, transform)
    {
    }

    /// <param name="sourceIds">One id, but for the multi-argument transforms of v3.</param>
    public PartitionField(ImmutableArray<int> sourceIds, int fieldId, string name, Transform transform)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sourceIds.Length);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(transform);
        SourceIds = sourceIds;
        FieldId = fieldId;
        Name = name;
        Transform = transform;
    }

    public ImmutableArray<int> SourceIds { get; }

    public int SourceId => SourceIds[0];

    /// <summary>The id of the value in partition tuples, 1000 and up.</summary>
    public int FieldId { get; init; }

    public string Name { get; init; }

    public Transform Transform { get; init; }

    /// <summary>Same sources, transform and name; the field id does not count.</summary>
    public bool IsEquivalentTo(PartitionField other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return SameValues(other) && Name == other.Name;
    }

    public bool Equals(PartitionField? other) => other is not null && FieldId == other.FieldId && IsEquivalentTo(other);

    public override int GetHashCode() => HashCode.Combine(FieldId, SourceId, Name, Transform);

    public override string ToString() => $"{FieldId}: {Name}: {Transform}({string.Join(", ", SourceIds)})";

    internal bool SameValues(PartitionField other) =>
        SourceIds.AsSpan().SequenceEqual(other.SourceIds.AsSpan()) && Transform.Equals(other.Transform);
}
