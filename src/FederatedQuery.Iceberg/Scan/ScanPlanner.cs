using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>
/// Finds the files a scan must read (spec: Scan Planning): manifests by their partition summaries, files by their partitions and by the bounds of
/// their columns, and for each file left the deletes that apply. Reads metadata only. Safe for concurrent use.
/// </summary>
public sealed class ScanPlanner
{
    private readonly ManifestCache _manifests;
    private readonly int _parallelism;

    /// <param name="manifests">Reads and keeps manifests.</param>
    /// <param name="parallelism">Manifests of one plan read at the same time.</param>
    public ScanPlanner(ManifestCache manifests, int parallelism = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        _manifests = manifests;
        _parallelism = parallelism;
    }

    /// <exception cref="IcebergException">
    /// InvalidExpression: the filter does not suit the schema. InvalidFile, InvalidMetadata: the table is broken, or names metadata files outside of its
    /// own locations.
    /// </exception>
    /// <exception cref="ObjectStore.ObjectStoreException">A metadata file cannot be read.</exception>
    public async Task<ScanPlan> PlanAsync(TableScan scan, CancellationToken cancellationToken)
    {
        var filter = scan.Filter.Bind(scan.Schema, scan.CaseSensitive);
        if (scan.Snapshot is not { } snapshot)
        {
            return new ScanPlan { Scan = scan, Filter = filter, Tasks = [] };
        }

        // 1. Manifests that can hold files of interest, by counts and partition summaries.
        var specs = new SpecFilters(scan, filter);
        var locations = scan.LocationsIn(_manifests.Stores);
        var manifests = await _manifests.GetManifestsAsync(snapshot, locations, cancellationToken);
        var data = manifests.Where(manifest => manifest.Content == ManifestContent.Data).ToList();
        var summaryTotal = TotalOf(snapshot);
        var (read, skipped) = Split(data, manifest => specs.MayMatch(manifest) || (summaryTotal is null && FilesOf(manifest) is null));

        // 2. Files in matching partitions, then those whose bounds do not rule the filter out.
        var selected = new List<ManifestEntry>();
        var (live, inPartition) = Select(specs, filter, await ReadAsync(specs, locations, read, cancellationToken), selected);

        // 3. Their deletes. A delete applies within its own partition, so the same partition filter holds; global ones have no partition to filter by.
        var deletes = selected.Count == 0
            ? DeleteFileIndex.Empty(scan.Table, locations.Map)
            : await ReadDeletesAsync(specs, locations, manifests, cancellationToken);
        return new ScanPlan
        {
            Scan = scan,
            Filter = filter,
            ManifestsTotal = data.Count,
            ManifestsRead = read.Count,
            FilesTotal = skipped.All(manifest => FilesOf(manifest) is not null)
                ? live + skipped.Sum(manifest => FilesOf(manifest)!.Value)
                : summaryTotal!.Value,
            FilesInMatchingPartitions = inPartition,
            Tasks = [.. selected.Select(entry => new ScanTask
            {
                File = entry.DataFile,
                SequenceNumber = entry.SequenceNumber,
                FileSequenceNumber = entry.FileSequenceNumber,
                Spec = specs.SpecOf(entry.DataFile.SpecId),
                Deletes = deletes.DeletesFor(entry.DataFile, entry.SequenceNumber),
                Residual = filter.IsTrue
                    ? filter
                    : MetricsEvaluator.Residual(specs.Residual(entry.DataFile), entry.DataFile.Metrics),
            })],
        };
    }

    /// <summary>All delete files of a snapshot, also such as apply to no data file (any more); in any order.</summary>
    /// <inheritdoc cref="PlanAsync"/>
    public async Task<ImmutableArray<DeleteFile>> ListDeletesAsync(TableScan scan, CancellationToken cancellationToken)
    {
        if (scan.Snapshot is not { } snapshot)
        {
            return [];
        }

        var specs = new SpecFilters(scan, BoundExpression.True);
        var locations = scan.LocationsIn(_manifests.Stores);
        var manifests = await _manifests.GetManifestsAsync(snapshot, locations, cancellationToken);
        var entries = await ReadAsync(specs, locations, [.. manifests.Where(manifest => manifest.Content == ManifestContent.Deletes)], cancellationToken);
        return [.. entries.SelectMany(list => list).Where(entry => entry.IsLive).Select(entry => new DeleteFile(entry.DataFile, entry.SequenceNumber))];
    }

    /// <summary>One pass over what may be all files of a large table.</summary>
    /// <returns>The live files, and how many of them are in matching partitions.</returns>
    private static (long Live, long InPartition) Select(
        SpecFilters specs, BoundExpression filter, ImmutableArray<ManifestEntry>[] manifests, List<ManifestEntry> selected)
    {
        var (live, inPartition) = (0L, 0L);
        foreach (var entries in manifests)
        {
            foreach (var entry in entries)
            {
                if (!entry.IsLive)
                {
                    continue;
                }

                live++;
                if (!specs.Matches(entry.DataFile))
                {
                    continue;
                }

                inPartition++;
                if (filter.IsTrue || MetricsEvaluator.MayMatch(filter, entry.DataFile.Metrics))
                {
                    selected.Add(entry);
                }
            }
        }

        return (live, inPartition);
    }

    private async Task<DeleteFileIndex> ReadDeletesAsync(
        SpecFilters specs, TableLocations locations, ImmutableArray<ManifestFile> manifests, CancellationToken cancellationToken)
    {
        var wanted = manifests.Where(manifest => manifest.Content == ManifestContent.Deletes && specs.MayMatch(manifest)).ToList();
        var entries = await ReadAsync(specs, locations, wanted, cancellationToken);
        return new DeleteFileIndex(entries.SelectMany(list => list).Where(entry => entry.IsLive && specs.Matches(entry.DataFile)), specs.Table, locations.Map);
    }

    /// <summary>All entries of each manifest, in their order.</summary>
    private async Task<ImmutableArray<ManifestEntry>[]> ReadAsync(
        SpecFilters specs, TableLocations locations, List<ManifestFile> manifests, CancellationToken cancellationToken)
    {
        var entries = new ImmutableArray<ManifestEntry>[manifests.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, manifests.Count),
            new ParallelOptions { MaxDegreeOfParallelism = _parallelism, CancellationToken = cancellationToken },
            async (i, token) => entries[i] = await _manifests.GetEntriesAsync(specs.Table, manifests[i], locations, token));
        return entries;
    }

    /// <summary>Live files by the manifest list; null where v1 kept no counts.</summary>
    private static long? FilesOf(ManifestFile manifest) => (long?)manifest.AddedFilesCount + manifest.ExistingFilesCount;

    private static long? TotalOf(Snapshot snapshot) =>
        snapshot.Summary.TryGetValue("total-data-files", out var text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null;

    private static (List<ManifestFile> Read, List<ManifestFile> Skipped) Split(List<ManifestFile> manifests, Func<ManifestFile, bool> isRead)
    {
        var groups = manifests.ToLookup(isRead);
        return ([.. groups[true]], [.. groups[false]]);
    }
}
