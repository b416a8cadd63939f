using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Federation.Rows;

/// <summary>Counts rows: of cold files by metadata where that is exact, in PostgreSQL where it can be told which, of all else by reading.</summary>
internal static class RowCounter
{
    /// <param name="tiers">Where.</param>
    /// <param name="layout">Its columns are read.</param>
    /// <param name="wanted">Which rows.</param>
    /// <param name="known">What both tiers can say of that by themselves.</param>
    public static async Task<long> CountAsync(TierReader tiers, RowLayout layout, Expression wanted, Expression known)
    {
        var counted = 0L;
        var cold = await tiers.PlanAsync(layout.Read, known);
        if (wanted == known && cold?.FilesWithAllRows is { Count: > 0 } whole)
        {
            var files = cold.DataFiles;
            var read = Enumerable.Range(0, files.Count).Except(whole).ToList();
            counted = whole.Sum(file => files[file].Rows);
            tiers.Counted(whole.Count);
            cold = read.Count == 0 ? null : tiers.Part(cold, read);
        }

        var hot = tiers.HasHot ? tiers.HotScan(layout.ReadSchema, known) : null;
        if (hot is not null && wanted == known && await tiers.CountAsync(hot) is { } rows)
        {
            counted += rows;
            hot = null;
        }

        if (hot is null && cold is null)
        {
            return counted;
        }

        var condition = wanted == Expression.True ? "" : $" WHERE {layout.Condition(wanted)}";
        var chunks = await tiers.ReadAsync(hot, cold, layout, relation => $"SELECT count(*) FROM {relation}{condition}");
        return counted + Single(chunks);
    }

    private static long Single(List<DataChunk> chunks)
    {
        try
        {
            return chunks[0][0].Values<long>()[0];
        }
        finally
        {
            chunks.ForEach(chunk => chunk.Dispose());
        }
    }
}
