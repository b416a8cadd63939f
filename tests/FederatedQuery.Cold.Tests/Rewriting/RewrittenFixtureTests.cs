using System.Text.Json;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Tests.Scanning;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Tests;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Cold.Tests.Rewriting;

/// <summary>Tables written by other engines, copied, all of their files rewritten: they have the rows that they had.</summary>
public class RewrittenFixtureTests
{
    /// <summary>Their metadata has the table elsewhere than its files: there is no such place to write to.</summary>
    private static readonly string[] Misplaced = ["duckdb-lineitem-gz", "duckdb-bigquery", "glaredb-v2-two-snapshots", "glaredb-v1-partitioned"];

    public static TheoryData<string> Cases => new(FixtureTables.With("name").Where(name => name.Length == 0 || IsCase(name)));

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public async Task RewriteAsync_Table_GivesTheStatedRows(string name)
    {
        using var folder = new TemporaryFolder();
        var path = FixtureTables.Find(name).GetProperty("path").GetString()!;
        Copy(Path.Combine(FixtureTables.Root, path), folder.File(path));
        var stores = FixtureTables.StoresOf(name, new LocalObjectStore(folder.FullPath, TimeProvider.System));
        using var services = new ServiceCollection()
            .AddSingleton(stores)
            .AddCold(
                options =>
                {
                    options.WarehouseDirectory = folder.FullPath;
                    options.StagingDirectory = folder.File("staging");
                    options.TemporaryDirectory = folder.File("spill");
                },
                _ => throw new InvalidOperationException("These tables are in no catalog."))
            .BuildServiceProvider();

        // Only tables of version 2 are written; what rows there are does not depend on it.
        var metadata = await FixtureTables.LoadAsync(name) with { FormatVersion = 2 };
        var map = LocationMap.Of(FixtureTables.Find(name).GetProperty("locations").EnumerateArray().Select(location => (
            location.GetProperty("prefix").GetString()!, Path.Combine(folder.File(path), location.GetProperty("dir").GetString()!))));
        var local = new ObjectStoreRegistry(new ObjectStoreRegistry.Root(folder.FullPath, new LocalObjectStore(folder.FullPath, TimeProvider.System)));
        var locations = TableLocations.Of(local, metadata, map, metadataLocation: null);
        var table = new CatalogTable(new TableIdentifier("fixtures", "t"), $"{metadata.Location}/metadata/90000-a.metadata.json", metadata);
        var plan = await new ScanPlanner(services.GetRequiredService<ManifestCache>()).PlanAsync(TableScan.Of(metadata) with { Locations = locations }, default);
        var rewrite = await services.GetRequiredService<ColdRewriter>().RewriteAsync(
            new RewriteRequest { Table = table, Plan = plan, Spec = metadata.DefaultSpec, SortOrder = metadata.DefaultSortOrder }, null, default);
        var staged = await services.GetRequiredService<TableCommitter>().StageAsync(
            table,
            [
                new RewriteFiles(metadata.CurrentSnapshot!.SnapshotId)
                {
                    Removed = [.. plan.Tasks.Select(task => task.File)],
                    Added = rewrite.Files,
                    RemovedDeletes = [.. plan.Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Distinct()],
                },
            ],
            default);

        using var sut = new FixtureScan(stores);
        var scan = TableScan.Of(staged.Metadata) with { Locations = locations };
        var after = await new ScanPlanner(services.GetRequiredService<ManifestCache>()).PlanAsync(scan, default);
        Assert.Equal((rewrite.Files.Length, 0), (after.Tasks.Length, after.Tasks.Sum(task => task.Deletes.Length)));
        foreach (var query in Queries(name))
        {
            await FixtureAnswersTests.CheckAsync(sut, scan, query, readsAllColumns: true);
        }
    }

    /// <summary>With rows in Parquet, of a version that is written or was before it.</summary>
    private static bool IsCase(string name)
    {
        var table = FixtureTables.Find(name);
        return table.GetProperty("expect").GetString() == "rows" && table.GetProperty("format_version").GetInt32() < 3 && Queries(name).Any()
            && !table.TryGetProperty("files_not_here", out _) && !name.Contains("empty", StringComparison.Ordinal) && !Misplaced.Contains(name);
    }

    /// <summary>Those of the current snapshot.</summary>
    private static IEnumerable<JsonElement> Queries(string name) => FixtureTables.Find(name).GetProperty("queries").EnumerateArray()
        .Where(query => !query.TryGetProperty("snapshot_id", out _) && !query.TryGetProperty("ref", out _) && !query.TryGetProperty("as_of", out _));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
