using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Search;

/// <summary>What a filter says of the time of all records that it selects.</summary>
/// <param name="From">The least, in microseconds since 1970; null: any.</param>
/// <param name="To">The greatest, or a moment behind it; null: any.</param>
internal readonly record struct TimeRange(long? From, long? To)
{
    public static TimeRange Of(Expression filter) => filter switch
    {
        AndExpression and => Of(and.Left).And(Of(and.Right)),
        LiteralPredicate { Name: LogTable.TimeColumn, Value: { TypeId: TypeId.Timestamptz } value, Operation: var operation } => operation switch
        {
            LiteralOperation.GreaterThan or LiteralOperation.GreaterThanOrEqual => new TimeRange(value.AsLong, null),
            LiteralOperation.LessThan or LiteralOperation.LessThanOrEqual => new TimeRange(null, value.AsLong),
            LiteralOperation.Equal => new TimeRange(value.AsLong, value.AsLong),
            _ => default,
        },
        _ => default,
    };

    private TimeRange And(TimeRange other) => new(
        From is { } from && other.From is { } otherFrom ? Math.Max(from, otherFrom) : From ?? other.From,
        To is { } to && other.To is { } otherTo ? Math.Min(to, otherTo) : To ?? other.To);
}
