using System.Collections.Immutable;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Introspection;

/// <summary>A partition of a range-partitioned table.</summary>
/// <param name="From">The first instant inside, in UTC; null: no lower bound.</param>
/// <param name="To">The first instant past it, in UTC; null: no upper bound.</param>
/// <param name="IsDefault">True for the partition that takes what fits no other; it has no bounds.</param>
/// <param name="EstimatedRows">By the statistics collector.</param>
/// <param name="Bytes">With its indexes and TOAST.</param>
public sealed record PostgresPartition(
    TableName Name, uint Oid, DateTimeOffset? From, DateTimeOffset? To, bool IsDefault, long EstimatedRows, long Bytes)
{
    /// <summary>Columns whose rows with a value PostgreSQL finds and puts in order by an index: the first ones of the partition's btree indexes.</summary>
    public ImmutableHashSet<string> IndexedColumns { get; init; } = [];

    /// <summary>The day in UTC that the partition covers exactly; null when it covers anything else.</summary>
    public DateOnly? Day => From is { } from && To == from.AddDays(1) && from.TimeOfDay == TimeSpan.Zero ? DateOnly.FromDateTime(from.Date) : null;

    /// <summary>The day in UTC that the partition lies within; null when it reaches beyond one.</summary>
    public DateOnly? WithinDay => From is { } from && To is { } to && to <= from.UtcDateTime.Date.AddDays(1) ? DateOnly.FromDateTime(from.UtcDateTime) : null;
}
