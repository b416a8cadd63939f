using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>Decides predicates on values themselves: exact, nothing left open.</summary>
public static class RowEvaluator
{
    /// <param name="expression">Bound to the fields whose values are given.</param>
    /// <param name="valueOf">The value of a field in the row at hand.</param>
    public static bool Matches(this BoundExpression expression, Func<BoundReference, Literal?> valueOf)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return expression.Decide(predicate => predicate.Matches(valueOf(predicate.Reference)));
    }

    /// <summary>Decides a predicate over partition values, as <see cref="PartitionProjection"/> makes it.</summary>
    public static bool Matches(this BoundExpression partitionPredicate, PartitionData partition)
    {
        ArgumentNullException.ThrowIfNull(partition);
        return partitionPredicate.Matches(reference => partition[reference.Position]);
    }
}
