using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>How rows are sorted within files (spec: Sorting). Order 0 is the unsorted one.</summary>
public sealed record SortOrder
{
    /// <exception cref="IcebergException">Order 0 with fields.</exception>
    public SortOrder(int orderId, params ImmutableArray<SortField> fields)
    {
        if (orderId == 0 && !fields.IsEmpty)
        {
            throw IcebergException.InvalidMetadata($"Sort order 0 is reserved for no order, but has {fields.Length} fields.");
        }

        OrderId = orderId;
        Fields = fields;
    }

    public static SortOrder Unsorted { get; } = new(0);

    public int OrderId { get; init; }

    public ImmutableArray<SortField> Fields { get; }

    public bool IsUnsorted => Fields.IsEmpty;

    /// <summary>Same fields; the order id does not count.</summary>
    public bool SameOrder(SortOrder other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());
    }

    public bool Equals(SortOrder? other) => other is not null && OrderId == other.OrderId && SameOrder(other);

    public override int GetHashCode() => Fields.Aggregate(OrderId, HashCode.Combine);

    public override string ToString() => $"order {OrderId}: [{string.Join("; ", Fields)}]";
}
