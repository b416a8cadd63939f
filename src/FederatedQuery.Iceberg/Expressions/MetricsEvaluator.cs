namespace FederatedQuery.Iceberg.Expressions;

/// <summary>Decides by a file's metrics whether rows of it can, or must, satisfy a filter.</summary>
public static class MetricsEvaluator
{
    /// <returns>False only when no row of the file can satisfy the filter.</returns>
    public static bool MayMatch(BoundExpression rowFilter, in FileMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(rowFilter);
        return metrics.RecordCount != 0 && Decide(rowFilter, metrics, mustAll: false, ofElements: false);
    }

    /// <returns>True only when every row of the file satisfies the filter.</returns>
    public static bool AllMatch(BoundExpression rowFilter, in FileMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(rowFilter);
        return metrics.RecordCount == 0 || Decide(rowFilter, metrics, mustAll: true, ofElements: false);
    }

    /// <summary>What is left of the filter to apply to the rows of the file: decided predicates are folded away.</summary>
    public static BoundExpression Residual(BoundExpression rowFilter, in FileMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(rowFilter);
        var known = metrics;
        return rowFilter.Rewrite(predicate =>
        {
            var range = Range(predicate.Reference, known, isElement: false);
            return !range.MayMatch(predicate) ? BoundExpression.False : range.AllMatch(predicate) ? BoundExpression.True : predicate;
        });
    }

    /// <summary>As <see cref="BoundExpression.Decide"/>, without a delegate: this is asked of every file of a table.</summary>
    /// <param name="ofElements">The filter is over the elements of a list: of a file, over all elements of all its lists.</param>
    private static bool Decide(BoundExpression filter, in FileMetrics metrics, bool mustAll, bool ofElements) => filter switch
    {
        BoundAnd and => Decide(and.Left, metrics, mustAll, ofElements) && Decide(and.Right, metrics, mustAll, ofElements),
        BoundOr or => Decide(or.Left, metrics, mustAll, ofElements) || Decide(or.Right, metrics, mustAll, ofElements),
        BoundElementPredicate any => !mustAll && (any.IsNegated || Decide(any.Condition, metrics, mustAll: false, ofElements: true)),
        BoundPredicate predicate when Range(predicate.Reference, metrics, ofElements) is var range => mustAll ? range.AllMatch(predicate) : range.MayMatch(predicate),
        BoundConstant constant => constant.Value,
        _ => throw new System.Diagnostics.UnreachableException(filter.GetType().Name),
    };

    private static ValueRange Range(BoundReference reference, in FileMetrics metrics, bool isElement)
    {
        var id = reference.FieldId;
        if (isElement)
        {
            // Writers differ in what they count of lists that are empty or null: of elements the bounds alone are believed.
            return new ValueRange(
                true, true, true, Bounds.Decode(reference.Type, Bound(metrics.LowerBounds, id)), Bounds.Decode(reference.Type, Bound(metrics.UpperBounds, id)));
        }

        var nulls = Count(metrics.NullValueCounts, id);
        var nans = reference.IsFloatingPoint ? Count(metrics.NaNValueCounts, id) : 0;

        // Each row has one value. A negative record count stands for "not known".
        var values = Count(metrics.ValueCounts, id) ?? (metrics.RecordCount > 0 ? metrics.RecordCount : null);
        var mayHaveNull = nulls is { } n ? n > 0 : reference.IsNullable;
        var onlyNull = nulls is not null && nulls >= values;
        var mayHaveNaN = reference.IsFloatingPoint && nans is not 0 && !onlyNull;
        var mayHaveOther = !onlyNull && !((nulls ?? 0) + (nans ?? 0) >= values);
        return new ValueRange(
            mayHaveNull,
            mayHaveNaN,
            mayHaveOther,
            Bounds.Decode(reference.Type, Bound(metrics.LowerBounds, id)),
            Bounds.Decode(reference.Type, Bound(metrics.UpperBounds, id)));
    }

    private static long? Count(IReadOnlyDictionary<int, long>? counts, int id) =>
        counts is not null && counts.TryGetValue(id, out var count) && count >= 0 ? count : null;

    private static ReadOnlyMemory<byte>? Bound(IReadOnlyDictionary<int, ReadOnlyMemory<byte>>? bounds, int id)
    {
        // Not "? bound : null": null converts to an empty memory there, which is a bound.
        if (bounds is not null && bounds.TryGetValue(id, out var bound))
        {
            return bound;
        }

        return null;
    }
}
