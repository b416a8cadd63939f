using FederatedQuery.Cold.Parquet;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>Says what of a Parquet object a query needs.</summary>
internal static class ReductionPlanner
{
    /// <param name="footer">Of the object.</param>
    /// <param name="columns">What the query reads.</param>
    /// <returns>Fields by their number in the footer and row groups; null when the object cannot be cut down by field ids.</returns>
    public static (IReadOnlyList<int> Fields, IReadOnlyList<int> RowGroups)? Select(ParquetFooter footer, ColumnSelection columns)
    {
        // Fields without ids are told by a name mapping, which the reader of the whole file applies.
        if (footer.Obstacle is not null || HasShortChunks(footer.CreatedBy) || footer.Fields.Length == 0
            || Array.Exists(footer.Fields, field => field.FieldId is null) || footer.Fields.DistinctBy(field => field.FieldId).Count() < footer.Fields.Length)
        {
            return null;
        }

        IReadOnlyList<int> fields = [.. Enumerable.Range(0, footer.Fields.Length).Where(field => columns.FieldIds.Contains(footer.Fields[field].FieldId!.Value))];
        if (fields.Count == 0)
        {
            // The rows count even where none of their columns is wanted, or all wanted ones were added later.
            fields = [Enumerable.Range(0, footer.Fields.Length).MinBy(field => BytesOf(footer, field))];
        }

        var rowGroups = columns.NeedsRowPositions ? [.. Enumerable.Range(0, footer.RowGroups.Length)] : RowGroupFilter.Select(footer, columns.Filter);
        return (fields, rowGroups);
    }

    private static long BytesOf(ParquetFooter footer, int field) => footer.RowGroups.Sum(group =>
        group.Chunks.AsSpan(footer.Fields[field].FirstLeaf, footer.Fields[field].LeafCount).ToArray().Sum(chunk => chunk.CompressedBytes));

    /// <summary>parquet-mr before 1.2.9 left the dictionary page's header out of a chunk's length (PARQUET-816).</summary>
    private static bool HasShortChunks(string createdBy)
    {
        const string Writer = "parquet-mr version ";
        if (!createdBy.StartsWith(Writer, StringComparison.Ordinal))
        {
            return false;
        }

        var version = createdBy[Writer.Length..];
        var end = version.AsSpan().IndexOfAnyExcept("0123456789.");
        return Version.TryParse(end < 0 ? version : version[..end], out var parsed) && parsed < new Version(1, 2, 9);
    }
}
