using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Verification;

/// <summary>Which files may have a key in common, by the bounds of the key's first column: growing numbers of rows overlap little, and then hardly a file is read.</summary>
internal static class KeyFileGroups
{
    /// <summary>Files of different groups have no key in common. Groups whose files are all of one range of days are left out.</summary>
    /// <param name="schema">The table's current one.</param>
    /// <param name="ranges">All days, in portions that do not overlap.</param>
    public static IReadOnlyList<IReadOnlyList<ScanTask>> Of(
        Schema schema, string keyColumn, string timeColumn, IEnumerable<ScanTask> tasks, IReadOnlyList<DayRange> ranges)
    {
        var (key, time) = (schema.FindField(keyColumn), schema.FindField(timeColumn));
        var groups = new List<List<ScanTask>>();
        var open = new List<ScanTask>();
        Literal? last = null;

        // Files without bounds come first, and overlap all others.
        foreach (var (task, bounds) in tasks.Select(task => (task, Bounds: BoundsOf(key, task))).OrderBy(file => file.Bounds?.First, Comparer<Literal?>.Create(Nullable.Compare)))
        {
            var isUnbounded = open.Count > 0 && last is null;
            if (open.Count > 0 && !isUnbounded && bounds!.Value.First.CompareTo(last!.Value) > 0)
            {
                groups.Add(open);
                open = [];
                last = null;
            }

            last = isUnbounded || bounds is null ? null : last is { } known && known.CompareTo(bounds.Value.Last) > 0 ? known : bounds.Value.Last;
            open.Add(task);
        }

        groups.Add(open);
        return [.. groups.Where(group => group.Count > 0 && !AreOfOneRange(time, group, ranges))];
    }

    private static bool AreOfOneRange(SchemaField? time, List<ScanTask> tasks, IReadOnlyList<DayRange> ranges)
    {
        var days = tasks.ConvertAll(task => ColdDayRanges.DaysOf(time, task.File));
        return ranges.Any(range => days.TrueForAll(file => range.Contains(file.From) && range.Contains(file.To)));
    }

    /// <returns>Null: not known. A NaN is in no bounds.</returns>
    private static (Literal First, Literal Last)? BoundsOf(SchemaField? key, ScanTask task) =>
        key is { Type: PrimitiveType { TypeId: not (TypeId.Float or TypeId.Double) } type }
        && task.File.LowerBounds is { } lower && lower.TryGetValue(key.Id, out var first) && Literal.TryFromBytes(type, first.Span, out var least)
        && task.File.UpperBounds is { } upper && upper.TryGetValue(key.Id, out var last) && Literal.TryFromBytes(type, last.Span, out var most)
            ? (least, most)
            : null;
}
