namespace FederatedQuery.Iceberg.Expressions;

/// <summary>Decides by the summaries in a manifest list whether a manifest can hold files of interest.</summary>
public static class ManifestEvaluator
{
    /// <param name="partitionFilter">An inclusive projection by the spec of the manifest.</param>
    /// <param name="summaries">One per field of the spec, in order; null or shorter when the manifest list leaves them out.</param>
    /// <returns>False only when no file of the manifest can have a matching partition.</returns>
    public static bool MayMatch(BoundExpression partitionFilter, IReadOnlyList<PartitionFieldSummary>? summaries)
    {
        ArgumentNullException.ThrowIfNull(partitionFilter);
        return partitionFilter.Decide(predicate =>
            summaries is null || predicate.Reference.Position >= summaries.Count
            || Range(predicate.Reference, summaries[predicate.Reference.Position]).MayMatch(predicate));
    }

    private static ValueRange Range(BoundReference reference, PartitionFieldSummary summary)
    {
        var lower = Bounds.Decode(reference.Type, summary.LowerBound);
        var upper = Bounds.Decode(reference.Type, summary.UpperBound);
        var mayHaveNaN = reference.IsFloatingPoint && summary.ContainsNaN is not false;

        // Without bounds there are no other values, if nulls or NaNs explain why; unless unreported NaNs may have spoilt the bounds.
        var nothingElse = summary is { LowerBound: null, UpperBound: null }
            && (summary.ContainsNull || summary.ContainsNaN is true)
            && (!reference.IsFloatingPoint || summary.ContainsNaN is not null);
        return new ValueRange(summary.ContainsNull, mayHaveNaN, !nothingElse, lower, upper);
    }
}
