using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Cold.Parquet;

/// <summary>Which row groups of a file may hold rows that satisfy a filter, by the statistics of their column chunks.</summary>
internal static class RowGroupFilter
{
    /// <returns>Numbers into <see cref="ParquetFooter.RowGroups"/>, ascending.</returns>
    public static IReadOnlyList<int> Select(ParquetFooter footer, BoundExpression filter)
    {
        var all = Enumerable.Range(0, footer.RowGroups.Length);
        if (filter.IsTrue)
        {
            return [.. all];
        }

        var columns = Columns(footer, ReferencesOf(filter).DistinctBy(reference => reference.FieldId).ToDictionary(reference => reference.FieldId));
        return [.. all.Where(group => MetricsEvaluator.MayMatch(filter, MetricsOf(footer, footer.RowGroups[group], columns)))];
    }

    private static IEnumerable<BoundReference> ReferencesOf(BoundExpression filter) => filter switch
    {
        BoundAnd and => ReferencesOf(and.Left).Concat(ReferencesOf(and.Right)),
        BoundOr or => ReferencesOf(or.Left).Concat(ReferencesOf(or.Right)),
        BoundPredicate predicate => [predicate.Reference],
        _ => [],
    };

    /// <summary>The leaves that the filter is about, where they have one value per row.</summary>
    private static List<(int Leaf, BoundReference Reference)> Columns(ParquetFooter footer, Dictionary<int, BoundReference> references)
    {
        var columns = new List<(int, BoundReference)>();
        foreach (var field in footer.Fields)
        {
            if (Enumerable.Range(field.FirstElement, field.ElementCount).Any(element => footer.Schema[element].IsRepeated))
            {
                continue;
            }

            for (var leaf = field.FirstLeaf; leaf < field.FirstLeaf + field.LeafCount; leaf++)
            {
                if (footer.Schema[footer.Leaves[leaf]].FieldId is { } id && references.TryGetValue(id, out var reference))
                {
                    columns.Add((leaf, reference));
                }
            }
        }

        return columns;
    }

    private static FileMetrics MetricsOf(ParquetFooter footer, ParquetRowGroup group, List<(int Leaf, BoundReference Reference)> columns)
    {
        var values = new Dictionary<int, long>();
        var nulls = new Dictionary<int, long>();
        var lower = new Dictionary<int, ReadOnlyMemory<byte>>();
        var upper = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (var (leaf, reference) in columns)
        {
            var chunk = group.Chunks[leaf];
            var element = footer.Schema[footer.Leaves[leaf]];
            values[reference.FieldId] = chunk.ValueCount;
            if (chunk.NullCount is { } count)
            {
                nulls[reference.FieldId] = count;
            }

            // Without an order of its values a column's minimum and maximum mean nothing.
            if (footer.ColumnOrders is null || !StatisticsBounds.AreOf(reference.Type, element))
            {
                continue;
            }

            if (chunk.Minimum is { } minimum && StatisticsBounds.TryConvert(element, footer.Bytes.AsMemory(minimum), isLower: true, out var low))
            {
                lower[reference.FieldId] = low;
            }

            if (chunk.Maximum is { } maximum && StatisticsBounds.TryConvert(element, footer.Bytes.AsMemory(maximum), isLower: false, out var high))
            {
                upper[reference.FieldId] = high;
            }
        }

        return new FileMetrics { RecordCount = group.RowCount, ValueCounts = values, NullValueCounts = nulls, LowerBounds = lower, UpperBounds = upper };
    }
}
