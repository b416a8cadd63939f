using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>The figures of a snapshot's summary (spec: Appendix F, Optional Snapshot Summary Fields). Figures that are 0 are left out, totals are not.</summary>
internal static class SnapshotSummary
{
    /// <summary>Totals are the parent's plus what is added less what is removed; where the parent does not give one, it is left out rather than made up.</summary>
    public static ImmutableDictionary<string, string> Of(
        string operation,
        Snapshot? parent,
        IEnumerable<DataFile> added,
        IReadOnlyList<ManifestEntry> removed,
        (int Created, int Kept, int Replaced, int EntriesProcessed) manifests,
        IEnumerable<KeyValuePair<string, string>> properties)
    {
        var summary = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in properties)
        {
            summary[key] = value;
        }

        var (plus, minus) = (new Figures(), new Figures());
        var partitions = new HashSet<(int, PartitionData)>();
        var (files, duplicates) = (new HashSet<DataFile>(), 0L);
        foreach (var file in added)
        {
            plus.Add(file);
            partitions.Add((file.SpecId, file.Partition));
        }

        foreach (var file in removed.Select(entry => entry.DataFile))
        {
            minus.Add(file);
            partitions.Add((file.SpecId, file.Partition));
            duplicates += files.Add(file) ? 0 : 1;
        }

        summary["operation"] = operation;
        summary["changed-partition-count"] = Text(partitions.Count);
        foreach (var (key, value) in plus.Describe("added-", "added-").Concat(minus.Describe("deleted-", "removed-")))
        {
            Set(summary, key, value);
        }

        Set(summary, "deleted-duplicate-files", duplicates);
        AddTotal(summary, parent, "total-data-files", plus.DataFiles - minus.DataFiles);
        AddTotal(summary, parent, "total-delete-files", plus.DeleteFiles - minus.DeleteFiles);
        AddTotal(summary, parent, "total-records", plus.Records - minus.Records);
        AddTotal(summary, parent, "total-files-size", plus.Bytes - minus.Bytes);
        AddTotal(summary, parent, "total-position-deletes", plus.PositionDeletes - minus.PositionDeletes);
        AddTotal(summary, parent, "total-equality-deletes", plus.EqualityDeletes - minus.EqualityDeletes);
        summary["manifests-created"] = Text(manifests.Created);
        summary["manifests-kept"] = Text(manifests.Kept);
        summary["manifests-replaced"] = Text(manifests.Replaced);
        summary["entries-processed"] = Text(manifests.EntriesProcessed);
        return summary.ToImmutable();
    }

    private static void AddTotal(ImmutableDictionary<string, string>.Builder summary, Snapshot? parent, string key, long change)
    {
        if (parent is null)
        {
            summary[key] = Text(change);
        }
        else if (parent.Summary.TryGetValue(key, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            && before + change >= 0)
        {
            summary[key] = Text(before + change);
        }
    }

    private static void Set(ImmutableDictionary<string, string>.Builder summary, string key, long value)
    {
        if (value > 0)
        {
            summary[key] = Text(value);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed class Figures
    {
        private long _positionDeleteFiles;
        private long _equalityDeleteFiles;
        private long _deletionVectors;

        public long DataFiles { get; private set; }

        public long DeleteFiles => _positionDeleteFiles + _equalityDeleteFiles + _deletionVectors;

        public long Records { get; private set; }

        public long Bytes { get; private set; }

        public long PositionDeletes { get; private set; }

        public long EqualityDeletes { get; private set; }

        public void Add(DataFile file)
        {
            Bytes += file.ContentSizeInBytes ?? file.FileSizeInBytes;
            switch (file.Content)
            {
                case FileContent.Data:
                    DataFiles++;
                    Records += file.RecordCount;
                    break;
                case FileContent.PositionDeletes:
                    _deletionVectors += file.IsDeletionVector ? 1 : 0;
                    _positionDeleteFiles += file.IsDeletionVector ? 0 : 1;
                    PositionDeletes += file.RecordCount;
                    break;
                case FileContent.EqualityDeletes:
                    _equalityDeleteFiles++;
                    EqualityDeletes += file.RecordCount;
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException(file.Content.ToString());
            }
        }

        /// <param name="rows">How what happened to data files and records is called.</param>
        /// <param name="others">How the same is called of everything else.</param>
        public IEnumerable<KeyValuePair<string, long>> Describe(string rows, string others) =>
        [
            new($"{rows}data-files", DataFiles),
            new($"{rows}records", Records),
            new($"{others}delete-files", DeleteFiles),
            new($"{others}position-delete-files", _positionDeleteFiles),
            new($"{others}equality-delete-files", _equalityDeleteFiles),
            new($"{others}dvs", _deletionVectors),
            new($"{others}files-size", Bytes),
            new($"{others}position-deletes", PositionDeletes),
            new($"{others}equality-deletes", EqualityDeletes),
        ];
    }
}
