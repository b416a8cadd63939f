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

    /// <param name="Rows">Of the data files, row-level deletes not subtracted.</param>
    /// <param name="Columns">By field id of every top-level column.</param>
    public sealed record Figures(long Rows, long Bytes, IReadOnlyDictionary<int, ColumnFigures> Columns);

    /// <summary>A figure is null when any file leaves it open.</summary>
    public sealed record ColumnFigures(long? NullCount, Literal? Least, Literal? Greatest, long? Bytes);

    public async Task<Figures> ReadAsync(ColdTable table, CancellationToken cancellationToken)
    {
        var plan = await _planner.PlanAsync(table.Scan, cancellationToken);
        var files = plan.Tasks.Select(task => task.File).ToList();
        return new Figures(
            plan.RecordsSelected,
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
            if (bounds(file)?.TryGetValue(field.Id, out var bytes) == true)
            {
                var candidate = Literal.FromBytes(type, bytes.Span);
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
