using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// What is left of a filter to apply to the rows of a partition: predicates that the partition values decide are folded away.
/// </summary>
/// <param name="rowFilter">Bound to the schema.</param>
/// <param name="spec">The spec of the files.</param>
/// <param name="partitionType">The struct of its tuples: <see cref="TableMetadata.PartitionType"/>.</param>
public sealed class ResidualEvaluator(BoundExpression rowFilter, PartitionSpec spec, StructType partitionType)
{
    public BoundExpression ResidualFor(PartitionData partition) => rowFilter.Rewrite(predicate =>
        PartitionProjection.Strict(predicate, spec, partitionType).Matches(partition) ? BoundExpression.True
        : PartitionProjection.Inclusive(predicate, spec, partitionType).Matches(partition) ? predicate
        : BoundExpression.False);
}
