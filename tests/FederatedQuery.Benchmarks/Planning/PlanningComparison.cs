using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.Planning;

/// <summary>Plans over 20,000 data files in 200 manifests, against reading every manifest, as planning without partition summaries and a cache has to.</summary>
internal static class PlanningComparison
{
    private const int Days = 200;
    private const int FilesPerDay = 100;
    private const int Day = 77;
    private const long CacheBytes = 256 << 20;

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var stores = ObjectStoreRegistry.ForFolder(folder.FullPath, TimeProvider.System);
        var byDay = await ManyFilesTable.WriteAsync(stores, folder.File("by-day"), ManyFilesTable.ByDay, Days, FilesPerDay, cancellationToken);
        var unpartitioned = await ManyFilesTable.WriteAsync(stores, folder.File("unpartitioned"), PartitionSpec.Unpartitioned, Days, FilesPerDay, cancellationToken);
        var ofDay = ManyFilesTable.OfDay(Day);
        var ofLevel = Expression.And(ofDay, Expression.Equal("level", Literal.String("INFO")));
        var warm = new ManifestCache(stores, CacheBytes);
        var cases = new (string Work, TableMetadata Table, Expression Filter, Func<ManifestCache> Cache)[]
        {
            ("one day by partition, first plan", byDay, ofDay, () => new ManifestCache(stores, CacheBytes)),
            ("one day by partition, again", byDay, ofDay, () => warm),
            ("one day by bounds alone, first plan", unpartitioned, ofDay, () => new ManifestCache(stores, CacheBytes)),
            ("one day by bounds alone, again", unpartitioned, ofDay, () => warm),
            ("one day and a text by bounds alone, again", unpartitioned, ofLevel, () => warm),
            ("all files, again", byDay, Expression.True, () => warm),
        };
        var lines = new List<Comparison>();
        var facts = new StringBuilder("| planning | manifests read | files selected | allocated |\n| --- | --- | --- | --- |\n");
        foreach (var (work, table, filter, cache) in cases)
        {
            var plan = await PlanAsync(table, filter, cache(), cancellationToken);
            var every = await ReadAllAsync(table, filter, stores, cancellationToken);
            if (!plan.Tasks.Select(task => task.File.FilePath).Order(StringComparer.Ordinal).SequenceEqual(every.Order(StringComparer.Ordinal)))
            {
                throw new InvalidOperationException($"{work}: {plan.FilesSelected} files are planned, {every.Count} hold rows by their own bounds.");
            }

            var before = GC.GetTotalAllocatedBytes(precise: true);
            await PlanAsync(table, filter, cache(), cancellationToken);
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            facts.Append(CultureInfo.InvariantCulture, $"| {work} | {plan.ManifestsRead} of {plan.ManifestsTotal} | {plan.FilesSelected:N0} of {plan.FilesTotal:N0} | {allocated / 1024.0:N0} KiB |\n");
            lines.Add(await SideBySide.TimeAsync(
                "planning", $"20,000 files, {work}", "every manifest read, every file asked", Unit.Milliseconds, options.Rounds,
                () => PlanAsync(table, filter, cache(), cancellationToken),
                () => ReadAllAsync(table, filter, stores, cancellationToken),
                cancellationToken));
        }

        facts.Append(CultureInfo.InvariantCulture, $"\nKept of 40,000 files in the cache: about {warm.Bytes / 1048576.0:N0} MiB by its own count.\n");
        return new AreaReport(lines, facts.ToString());
    }

    private static Task<ScanPlan> PlanAsync(TableMetadata table, Expression filter, ManifestCache cache, CancellationToken cancellationToken) =>
        new ScanPlanner(cache).PlanAsync(TableScan.Of(table) with { Filter = filter }, cancellationToken);

    /// <summary>The manifest list, then every manifest, eight at a time, then every file's bounds: neither summaries nor a cache.</summary>
    private static async Task<IReadOnlyList<string>> ReadAllAsync(
        TableMetadata table, Expression filter, ObjectStoreRegistry stores, CancellationToken cancellationToken)
    {
        var bound = filter.Bind(table.CurrentSchema, caseSensitive: true);
        var partitionType = table.PartitionType(table.DefaultSpec);
        var list = table.CurrentSnapshot!.ManifestList!;
        var manifests = ManifestListReader.Read(await GetAsync(stores, list, cancellationToken), list);
        var found = new IReadOnlyList<string>[manifests.Length];
        await Parallel.ForAsync(0, manifests.Length, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var entries = ManifestReader.Read(await GetAsync(stores, manifests[i].ManifestPath, token), manifests[i], table.DefaultSpec, partitionType);
            found[i] = [.. entries.Where(entry => entry.IsLive && MetricsEvaluator.MayMatch(bound, entry.DataFile.Metrics)).Select(entry => entry.DataFile.FilePath)];
        });
        return [.. found.SelectMany(files => files)];
    }

    private static Task<byte[]> GetAsync(ObjectStoreRegistry stores, string location, CancellationToken cancellationToken)
    {
        var file = stores.Resolve(location);
        return file.Store.GetAsync(file.Key, 512 << 20, cancellationToken);
    }
}
