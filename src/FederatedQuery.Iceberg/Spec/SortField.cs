using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

public enum SortDirection
{
    Ascending,
    Descending,
}

public enum NullOrder
{
    NullsFirst,
    NullsLast,
}

public sealed record SortField(ImmutableArray<int> SourceIds, Transform Transform, SortDirection Direction, NullOrder NullOrder)
{
    public SortField(int sourceId, Transform transform, SortDirection direction, NullOrder nullOrder)
        : this([sourceId], transform, direction, nullOrder)
    {
    }

    public int SourceId => SourceIds[0];

    public bool Equals(SortField? other) => other is not null && SourceIds.AsSpan().SequenceEqual(other.SourceIds.AsSpan())
        && Transform.Equals(other.Transform) && Direction == other.Direction && NullOrder == other.NullOrder;

    public override int GetHashCode() => HashCode.Combine(SourceId, Transform, Direction, NullOrder);

    public override string ToString() =>
        $"{Transform}({string.Join(", ", SourceIds)}) {SortOrderJson.Text(Direction)} {SortOrderJson.Text(NullOrder)}";
}
