using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>What a predicate on a column implies for the column's partition value; true when nothing does.</summary>
internal static class InclusiveProjection
{
    public static BoundExpression Project(Transform transform, BoundPredicate predicate, BoundReference partition) => transform switch
    {
        IdentityTransform => predicate with { Reference = partition },
        VoidTransform or UnknownTransform => BoundExpression.True,
        _ when predicate is BoundUnaryPredicate unary => Unary(unary, partition),
        _ when !transform.CanTransform(predicate.Reference.Type) => BoundExpression.True,
        BucketTransform => Bucket(transform, predicate, partition),
        TruncateTransform truncate when predicate is BoundLiteralPredicate
        { Operation: LiteralOperation.StartsWith or LiteralOperation.NotStartsWith } prefix => Prefix(truncate, prefix, partition),
        _ => Monotonic(transform, predicate, partition),
    };

    private static BoundExpression Unary(BoundUnaryPredicate predicate, BoundReference partition) =>
        predicate.Operation is UnaryOperation.IsNull or UnaryOperation.NotNull
            ? BoundPredicates.Unary(predicate.Operation, partition)
            : BoundExpression.True;

    private static BoundExpression Bucket(Transform transform, BoundPredicate predicate, BoundReference partition) => predicate switch
    {
        BoundLiteralPredicate { Operation: LiteralOperation.Equal } equal =>
            new BoundLiteralPredicate(LiteralOperation.Equal, partition, transform.Apply(equal.Value)),
        BoundSetPredicate { Operation: SetOperation.In } set =>
            BoundSetPredicate.Create(SetOperation.In, partition, set.Values.Select(value => transform.Apply(value))),
        _ => BoundExpression.True,
    };

    private static BoundExpression Monotonic(Transform transform, BoundPredicate predicate, BoundReference partition)
    {
        switch (predicate)
        {
            case BoundLiteralPredicate { Operation: var operation, Value: var value }:
                return operation switch
                {
                    LiteralOperation.LessThan => AtMost(transform, MonotonicTransform.Previous(value) ?? value, partition),
                    LiteralOperation.LessThanOrEqual => AtMost(transform, value, partition),
                    LiteralOperation.GreaterThan => AtLeast(transform, MonotonicTransform.Next(value) ?? value, partition),
                    LiteralOperation.GreaterThanOrEqual => AtLeast(transform, value, partition),
                    LiteralOperation.Equal => BoundSetPredicate.Create(SetOperation.In, partition, MonotonicTransform.ResultsOfAnyTime(transform, value)),
                    _ => BoundExpression.True,
                };
            case BoundSetPredicate { Operation: SetOperation.In } set:
                return BoundSetPredicate.Create(SetOperation.In, partition, set.Values.SelectMany(value => MonotonicTransform.ResultsOfAnyTime(transform, value)));
            default:
                return BoundExpression.True;
        }
    }

    private static BoundExpression AtMost(Transform transform, Literal value, BoundReference partition)
    {
        BoundExpression atMost = new BoundLiteralPredicate(LiteralOperation.LessThanOrEqual, partition, MonotonicTransform.Results(transform, value)[^1]);
        foreach (var (least, most) in MonotonicTransform.Wrapped(transform, value))
        {
            BoundExpression wrapped = new BoundLiteralPredicate(LiteralOperation.GreaterThanOrEqual, partition, least);
            atMost = BoundExpression.Or(
                atMost,
                most is { } highest ? BoundExpression.And(wrapped, new BoundLiteralPredicate(LiteralOperation.LessThanOrEqual, partition, highest)) : wrapped);
        }

        return atMost;
    }

    private static BoundExpression AtLeast(Transform transform, Literal value, BoundReference partition) =>
        MonotonicTransform.Wraps(transform, value)
            ? BoundPredicates.Unary(UnaryOperation.NotNull, partition)
            : new BoundLiteralPredicate(LiteralOperation.GreaterThanOrEqual, partition, transform.Apply(value));

    private static BoundExpression Prefix(TruncateTransform truncate, BoundLiteralPredicate predicate, BoundReference partition)
    {
        var prefix = predicate.Value.AsString;
        var cut = CodePoints.UnitsOf(prefix, truncate.Width);
        var isFull = CodePoints.UnitsOf(prefix, truncate.Width - 1) < prefix.Length;
        return (predicate.Operation, isFull) switch
        {
            // A prefix shorter than the width is a prefix of the result as well; one as long is the result.
            (_, false) => predicate with { Reference = partition },
            (LiteralOperation.StartsWith, true) => new BoundLiteralPredicate(LiteralOperation.Equal, partition, Literal.String(prefix[..cut])),
            (_, true) when cut == prefix.Length => new BoundLiteralPredicate(LiteralOperation.NotEqual, partition, predicate.Value),
            _ => BoundExpression.True,
        };
    }
}
