using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>What of a column's partition value implies a predicate on the column; false when nothing does.</summary>
internal static class StrictProjection
{
    public static BoundExpression Project(Transform transform, BoundPredicate predicate, BoundReference partition) => transform switch
    {
        IdentityTransform => predicate with { Reference = partition },
        VoidTransform or UnknownTransform => BoundExpression.False,
        _ when predicate is BoundUnaryPredicate unary => unary.Operation is UnaryOperation.IsNull or UnaryOperation.NotNull
            ? BoundPredicates.Unary(unary.Operation, partition)
            : BoundExpression.False,
        _ when !transform.CanTransform(predicate.Reference.Type) => BoundExpression.False,
        TruncateTransform truncate when predicate is BoundLiteralPredicate
        { Operation: LiteralOperation.StartsWith or LiteralOperation.NotStartsWith } prefix => Prefix(truncate, prefix, partition),
        _ => Negative(transform, predicate, partition) ?? (transform.PreservesOrder ? Monotonic(transform, predicate, partition) : BoundExpression.False),
    };

    /// <summary>A different result proves a different value, for every transform.</summary>
    private static BoundExpression? Negative(Transform transform, BoundPredicate predicate, BoundReference partition) => predicate switch
    {
        BoundLiteralPredicate { Operation: LiteralOperation.NotEqual } notEqual =>
            BoundSetPredicate.Create(SetOperation.NotIn, partition, MonotonicTransform.ResultsOfAnyTime(transform, notEqual.Value)),
        BoundSetPredicate { Operation: SetOperation.NotIn } set =>
            BoundSetPredicate.Create(SetOperation.NotIn, partition, set.Values.SelectMany(value => MonotonicTransform.ResultsOfAnyTime(transform, value))),
        _ => null,
    };

    private static BoundExpression Monotonic(Transform transform, BoundPredicate predicate, BoundReference partition) => predicate switch
    {
        BoundLiteralPredicate { Operation: LiteralOperation.LessThan, Value: var value } => Below(transform, value, partition),
        BoundLiteralPredicate { Operation: LiteralOperation.LessThanOrEqual, Value: var value } =>
            Below(transform, MonotonicTransform.Next(value) ?? value, partition),
        BoundLiteralPredicate { Operation: LiteralOperation.GreaterThan, Value: var value } => Above(transform, value, partition),
        BoundLiteralPredicate { Operation: LiteralOperation.GreaterThanOrEqual, Value: var value } =>
            Above(transform, MonotonicTransform.Previous(value) ?? value, partition),
        _ => BoundExpression.False,
    };

    private static BoundExpression Below(Transform transform, Literal value, BoundReference partition) =>
        MonotonicTransform.Wraps(transform, value)
            ? BoundExpression.False
            : new BoundLiteralPredicate(LiteralOperation.LessThan, partition, transform.Apply(value));

    private static BoundExpression Above(Transform transform, Literal value, BoundReference partition)
    {
        if (MonotonicTransform.Wraps(transform, value))
        {
            return BoundExpression.False;
        }

        BoundExpression above = new BoundLiteralPredicate(LiteralOperation.GreaterThan, partition, MonotonicTransform.Results(transform, value)[^1]);
        foreach (var (least, most) in MonotonicTransform.Wrapped(transform, value))
        {
            BoundExpression below = new BoundLiteralPredicate(LiteralOperation.LessThan, partition, least);
            above = BoundExpression.And(
                above, most is { } highest ? BoundExpression.Or(below, new BoundLiteralPredicate(LiteralOperation.GreaterThan, partition, highest)) : below);
        }

        return above;
    }

    private static BoundExpression Prefix(TruncateTransform truncate, BoundLiteralPredicate predicate, BoundReference partition)
    {
        var prefix = predicate.Value.AsString;
        var cut = CodePoints.UnitsOf(prefix, truncate.Width);
        var isFull = CodePoints.UnitsOf(prefix, truncate.Width - 1) < prefix.Length;
        return (predicate.Operation, isFull) switch
        {
            (_, false) => predicate with { Reference = partition },
            (LiteralOperation.NotStartsWith, true) =>
                new BoundLiteralPredicate(LiteralOperation.NotEqual, partition, Literal.String(prefix[..cut])),
            (_, true) when cut == prefix.Length => new BoundLiteralPredicate(LiteralOperation.Equal, partition, predicate.Value),
            _ => BoundExpression.False,
        };
    }
}
