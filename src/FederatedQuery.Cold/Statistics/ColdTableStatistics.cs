using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Statistics;

/// <summary>Figures of a cold table from its manifests alone; no data file is opened.</summary>
public sealed class ColdTableStatistics(ManifestCache manifests)
{
    /// <summary>Writers cut bounds of text and bytes at some length; from this one on a bound may be no value of the table.</summary>
    private const int PossiblyCutLength = 16;

    private readonly ScanPlanner _planner = new(manifests);

    /// <param name="Rows">Rows of the data files, without those that deletion vectors take away.</param>
    /// <param name="IsExact">
    /// False when other row-level deletes apply: how many rows they hit no metadata says (a position may be deleted twice, an equality may match
    /// any number), so that <paramref name="Rows"/> is an upper bound.
    /// </param>
    /// <param name="Bytes">Of the data files.</param>
    /// <param name="Columns">By field id of every top-level column.</param>
    public sealed record Figures(long Rows, bool IsExact, long Bytes, IReadOnlyDictionary<int, ColumnFigures> Columns);

    /// <summary>Of the data files, deleted rows among them; a figure is null when any file leaves it open.</summary>
    public sealed record ColumnFigures(long? NullCount, Literal? Least, Literal? Greatest, long? Bytes);

    public async Task<Figures> ReadAsync(ColdTable table, CancellationToken cancellationToken)
    {
        var plan = await _planner.PlanAsync(table.Scan, cancellationToken);
        var files = plan.Tasks.Select(task => task.File).ToList();
        var deletes = plan.Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Distinct().ToList();
        return new Figures(
            plan.RecordsSelected - deletes.Where(delete => delete.IsDeletionVector).Sum(vector => vector.RecordCount),
            deletes.All(delete => delete.IsDeletionVector),
            plan.BytesSelected,
            table.Metadata.CurrentSchema.Fields.ToDictionary(field => field.Id, field => Of(field, files)));
    }

    private static ColumnFigures Of(NestedField field, IReadOnlyList<DataFile> files) => new(
        Sum(files, file => file.NullValueCounts, field.Id),
        Bound(field, files, file => file.LowerBounds, comparison => comparison < 0),
        Bound(field, files, file => file.UpperBounds, comparison => comparison > 0),
        Sum(files, file => file.ColumnSizes, field.Id));

    private static long? Sum(IReadOnlyList<DataFile> files, Func<DataFile, FieldIdMap<long>?> metric, int fieldId)
    {
        long sum = 0;
        foreach (var file in files)
        {
            if (metric(file)?.TryGetValue(fieldId, out var value) != true)
            {
                return null;
            }

            sum += value;
        }

        return sum;
    }

    private static Literal? Bound(
        NestedField field, IReadOnlyList<DataFile> files, Func<DataFile, FieldIdMap<ReadOnlyMemory<byte>>?> bounds, Func<int, bool> isBetter)
    {
        if (field.Type is not PrimitiveType { HasLiterals: true } type)
        {
            return null;
        }

        Literal? best = null;
        foreach (var file in files)
        {
            if (bounds(file)?.TryGetValue(field.Id, out var bytes) == true && Literal.TryFromBytes(type, bytes.Span, out var candidate))
            {
                best = best is not { } known || isBetter(candidate.CompareTo(known)) ? candidate : best;
            }
            else if (file.NullValueCounts?.TryGetValue(field.Id, out var nulls) != true || nulls < file.RecordCount)
            {
                // Not a file of nothing but nulls: what it holds is not known.
                return null;
            }
        }

        return best is { TypeId: TypeId.String } text && text.AsString.Length >= PossiblyCutLength ? null : best;
    }
}
