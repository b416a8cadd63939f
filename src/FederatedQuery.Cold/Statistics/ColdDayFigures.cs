using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Statistics;

/// <summary>How a cold table's rows spread over the days (UTC), from its manifests alone; no data file is opened.</summary>
public sealed class ColdDayFigures(ManifestCache manifests)
{
    /// <summary>Days that one file is spread over at most: beyond, its bounds are no picture of anything.</summary>
    private const int MostDaysPerFile = 36_525;

    private readonly ScanPlanner _planner = new(manifests);

    /// <param name="Day">In UTC.</param>
    public sealed record Figures(DateOnly Day, long Rows, long Bytes);

    /// <summary>
    /// Ascending. A file of several days counts for each of them in equal parts; a file without bounds of the time column is left out.
    /// </summary>
    /// <param name="timeColumn">A date, timestamp or timestamptz.</param>
    public async Task<IReadOnlyList<Figures>> ReadAsync(ColdTable table, string timeColumn, CancellationToken cancellationToken)
    {
        var field = table.Metadata.CurrentSchema.FindField(timeColumn);
        if (field is null)
        {
            return [];
        }

        var plan = await _planner.PlanAsync(table.Scan, cancellationToken);
        var days = new SortedDictionary<int, (long Rows, long Bytes)>();
        foreach (var file in plan.Tasks.Select(task => task.File))
        {
            if (DayOf(field, file.LowerBounds) is { } first && DayOf(field, file.UpperBounds) is { } last && last >= first && last - first < MostDaysPerFile)
            {
                Spread(days, first, last - first + 1, file);
            }
        }

        return [.. days.Select(day => new Figures(EpochTime.DayOf(day.Key), day.Value.Rows, day.Value.Bytes))];
    }

    /// <summary>The parts add up to the whole: what does not divide goes to the first days.</summary>
    private static void Spread(SortedDictionary<int, (long Rows, long Bytes)> days, int first, int count, DataFile file)
    {
        var (rows, restRows) = Math.DivRem(file.RecordCount, count);
        var (bytes, restBytes) = Math.DivRem(file.FileSizeInBytes, count);
        for (var i = 0; i < count; i++)
        {
            var known = days.GetValueOrDefault(first + i);
            days[first + i] = (known.Rows + rows + (i < restRows ? 1 : 0), known.Bytes + bytes + (i < restBytes ? 1 : 0));
        }
    }

    /// <summary>Days since the epoch; null when the bound is not known, or no day of the calendar.</summary>
    internal static int? DayOf(SchemaField field, FieldIdMap<ReadOnlyMemory<byte>>? bounds)
    {
        if (field.Type is not PrimitiveType { HasLiterals: true } type || bounds?.TryGetValue(field.Id, out var bytes) != true)
        {
            return null;
        }

        var literal = Literal.FromBytes(type, bytes.Span);
        return literal.TypeId switch
        {
            TypeId.Date => literal.AsInt,
            TypeId.Timestamp or TypeId.Timestamptz => FloorDays(literal.AsLong, EpochTime.MicrosPerDay),
            TypeId.TimestampNs or TypeId.TimestamptzNs => FloorDays(literal.AsLong, EpochTime.MicrosPerDay * 1_000),
            _ => null,
        };
    }

    private static int? FloorDays(long ticks, long ticksPerDay)
    {
        var day = (ticks / ticksPerDay) - (ticks % ticksPerDay < 0 ? 1 : 0);
        return day >= EpochTime.DaysOf(DateOnly.MinValue) && day <= EpochTime.DaysOf(DateOnly.MaxValue) ? (int)day : null;
    }
}
