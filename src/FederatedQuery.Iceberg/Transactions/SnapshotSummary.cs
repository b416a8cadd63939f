using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>The figures of a snapshot's summary (spec: Appendix F, Optional Snapshot Summary Fields).</summary>
internal static class SnapshotSummary
{
    /// <summary>Totals are the parent's plus what is added; where the parent does not give one, it is left out rather than made up.</summary>
    public static ImmutableDictionary<string, string> OfAppend(
        Snapshot? parent, ImmutableArray<DataFile> files, IReadOnlyDictionary<string, string> properties)
    {
        long records = files.Sum(file => file.RecordCount);
        long bytes = files.Sum(file => file.FileSizeInBytes);
        var summary = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        summary.AddRange(properties);
        summary["operation"] = "append";
        summary["added-data-files"] = Text(files.Length);
        summary["added-records"] = Text(records);
        summary["added-files-size"] = Text(bytes);
        summary["changed-partition-count"] = Text(files.Select(file => (file.SpecId, file.Partition)).Distinct().Count());
        AddTotal(summary, parent, "total-data-files", files.Length);
        AddTotal(summary, parent, "total-records", records);
        AddTotal(summary, parent, "total-files-size", bytes);
        AddTotal(summary, parent, "total-delete-files", 0);
        AddTotal(summary, parent, "total-position-deletes", 0);
        AddTotal(summary, parent, "total-equality-deletes", 0);
        return summary.ToImmutable();
    }

    private static void AddTotal(ImmutableDictionary<string, string>.Builder summary, Snapshot? parent, string key, long added)
    {
        if (parent is null)
        {
            summary[key] = Text(added);
        }
        else if (parent.Summary.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before))
        {
            summary[key] = Text(before + added);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
