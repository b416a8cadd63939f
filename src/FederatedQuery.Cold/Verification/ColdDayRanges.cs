using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Statistics;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Verification;

/// <summary>Which days of a cold table are best looked at together: those that share files. By metadata alone.</summary>
public sealed class ColdDayRanges(ColdScans scans)
{
    /// <summary>Every row of the table is in one of them. They do not overlap; ascending.</summary>
    /// <param name="others">Days to be looked at even if no file may hold them.</param>
    /// <param name="maxBytes">Ranges whose files are larger are cut into single days.</param>
    public async Task<IReadOnlyList<DayRange>> ListAsync(
        ColdTable table, string timeColumn, IEnumerable<DateOnly> others, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        var field = table.Metadata.CurrentSchema.FindField(timeColumn);
        var plan = await scans.PlanFilesAsync(table.Scan, cancellationToken);
        var parts = others.Distinct().Select(day => new DayRange(day, day, 0)).ToList();
        foreach (var file in plan.Tasks.Select(task => task.File))
        {
            parts.Add(DaysOf(field, file));
            if (field is not null && MayHaveNulls(field, file))
            {
                parts.Add(new DayRange(DayChecksums.NoDay, DayChecksums.NoDay, file.FileSizeInBytes));
            }
        }

        return [.. Merge(parts).SelectMany(range => range.Bytes > maxBytes ? Split(range) : [range])];
    }

    /// <summary>The days that a file may have rows of; those that have none apart. All of them, where that is not known.</summary>
    internal static DayRange DaysOf(SchemaField? field, DataFile file)
    {
        var whole = new DayRange(DayChecksums.NoDay, DateOnly.MaxValue, file.FileSizeInBytes);
        if (field is null || ColdDayFigures.DayOf(field, file.LowerBounds) is not { } first || ColdDayFigures.DayOf(field, file.UpperBounds) is not { } last || last < first)
        {
            return whole;
        }

        var (from, to) = (EpochTime.DayOf(first), EpochTime.DayOf(last));
        return from >= DayChecksums.FirstDay && to < DateOnly.MaxValue ? new DayRange(from, to, file.FileSizeInBytes) : whole;
    }

    private static bool MayHaveNulls(SchemaField field, DataFile file) =>
        field.IsNullable && (file.NullValueCounts?.TryGetValue(field.Id, out var nulls) != true || nulls > 0);

    private static IEnumerable<DayRange> Merge(List<DayRange> parts)
    {
        DayRange? open = null;
        foreach (var part in parts.OrderBy(part => part.From).ThenBy(part => part.To))
        {
            if (open is null)
            {
                open = part;
            }
            else if (part.From <= open.To)
            {
                open = new DayRange(open.From, part.To > open.To ? part.To : open.To, open.Bytes + part.Bytes);
            }
            else
            {
                yield return open;
                open = part;
            }
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>Days one by one, unless there are so many that they are no days of rows.</summary>
    private static IEnumerable<DayRange> Split(DayRange range)
    {
        const int MostDays = 36_525;
        var count = range.To.DayNumber - range.From.DayNumber + 1;
        return count > MostDays ? [range] : Enumerable.Range(0, count).Select(range.From.AddDays).Select(day => new DayRange(day, day, range.Bytes / count));
    }
}
