using FederatedQuery.Cold.Parquet;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>Statistics of some row groups of a file that DuckDB has written, from its footer: they are what <c>RETURN_STATS</c> says of a whole file.</summary>
internal static class FooterStatistics
{
    /// <param name="footer">Of the whole file.</param>
    /// <param name="rowGroups">Numbers into <see cref="ParquetFooter.RowGroups"/>.</param>
    /// <param name="schema">What was written.</param>
    /// <param name="whole">What DuckDB said of the whole file: a bound that it could not give is not made up here.</param>
    public static Dictionary<int, ColumnStatistics> Of(
        ParquetFooter footer, IReadOnlyList<int> rowGroups, Schema schema, IReadOnlyDictionary<int, ColumnStatistics> whole)
    {
        var statistics = new Dictionary<int, ColumnStatistics>();
        for (var leaf = 0; leaf < footer.Leaves.Length; leaf++)
        {
            var element = footer.Schema[footer.Leaves[leaf]];
            if (element.FieldId is { } id && whole.TryGetValue(id, out var all) && schema.FindField(id)?.Type is PrimitiveType type)
            {
                var number = leaf;
                statistics.Add(id, Of(footer, element, [.. rowGroups.Select(group => footer.RowGroups[group].Chunks[number])], type, all));
            }
        }

        return statistics;
    }

    private static ColumnStatistics Of(
        ParquetFooter footer, ParquetSchemaElement element, ParquetColumnChunk[] chunks, PrimitiveType type, ColumnStatistics whole)
    {
        var present = chunks.Where(chunk => chunk.NullCount is null || chunk.NullCount < chunk.ValueCount).ToArray();
        var areBounds = StatisticsBounds.AreOf(type, element);
        var (least, greatest) = (
            areBounds && whole.Lower is not null ? Bounds(footer, element, present, type, isLower: true) : [],
            areBounds && whole.Upper is not null ? Bounds(footer, element, present, type, isLower: false) : []);
        return new ColumnStatistics(
            chunks.Sum(chunk => chunk.CompressedBytes),
            chunks.Sum(chunk => chunk.ValueCount),
            Array.TrueForAll(chunks, chunk => chunk.NullCount is not null) ? chunks.Sum(chunk => chunk.NullCount) : null,
            whole.NanCount == 0 ? 0 : null,
            least.Count > 0 ? ColumnStatistics.LowerBound(least.Min()) : null,
            greatest.Count > 0 ? ColumnStatistics.UpperBound(greatest.Max()) : null);
    }

    /// <returns>One for each chunk; none at all when one is not known.</returns>
    private static List<Literal> Bounds(ParquetFooter footer, ParquetSchemaElement element, ParquetColumnChunk[] chunks, PrimitiveType type, bool isLower)
    {
        var bounds = new List<Literal>(chunks.Length);
        foreach (var chunk in chunks)
        {
            if ((isLower ? chunk.Minimum : chunk.Maximum) is not { } range
                || !StatisticsBounds.TryConvert(element, footer.Bytes.AsMemory(range), isLower, out var bytes)
                || !Literal.TryFromBytes(type, bytes.Span, out var value))
            {
                return [];
            }

            bounds.Add(value);
        }

        return bounds;
    }
}
