using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// Turns predicates over rows into predicates over partition tuples (spec: Scan Planning). Always with the spec the files were
/// written with.
/// </summary>
public static class PartitionProjection
{
    /// <summary>
    /// What holds of the partition of every row that satisfies the filter: a file whose partition does not match can be skipped.
    /// </summary>
    /// <param name="rowFilter">Bound to the schema.</param>
    /// <param name="spec">The spec of the files.</param>
    /// <param name="partitionType">The struct of its tuples: <see cref="TableMetadata.PartitionType"/>.</param>
    public static BoundExpression Inclusive(BoundExpression rowFilter, PartitionSpec spec, StructType partitionType)
    {
        ArgumentNullException.ThrowIfNull(rowFilter);
        return rowFilter.Rewrite(predicate => Projections(predicate, spec, partitionType)
            .Select(field => InclusiveProjection.Project(field.Transform, predicate, field.Reference))
            .Aggregate(BoundExpression.True, BoundExpression.And));
    }

    /// <summary>
    /// What suffices of a partition for all its rows to satisfy the filter: where it matches, the filter need not be applied.
    /// </summary>
    /// <inheritdoc cref="Inclusive"/>
    public static BoundExpression Strict(BoundExpression rowFilter, PartitionSpec spec, StructType partitionType)
    {
        ArgumentNullException.ThrowIfNull(rowFilter);
        return rowFilter.Rewrite(predicate => Projections(predicate, spec, partitionType)
            .Select(field => StrictProjection.Project(field.Transform, predicate, field.Reference))
            .Aggregate(BoundExpression.False, BoundExpression.Or));
    }

    private static IEnumerable<(Transform Transform, BoundReference Reference)> Projections(
        BoundPredicate predicate, PartitionSpec spec, StructType partitionType)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(partitionType);
        for (var i = 0; i < spec.Fields.Length; i++)
        {
            var (field, result) = (spec.Fields[i], partitionType.Fields[i]);

            // An unknown result type: the values of this field cannot be told.
            if (field.SourceIds.Length == 1 && field.SourceId == predicate.Reference.FieldId && result.Type is not UnknownType)
            {
                yield return (field.Transform, new BoundReference(field.FieldId, field.Name, result.Type, IsNullable: true, i));
            }
        }
    }
}
