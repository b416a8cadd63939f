using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Repartition;

namespace FederatedQuery.Tiering.Tests.Repartition;

/// <summary>Copies of tables that other engines wrote, with row-level deletes of every kind and layouts and schemas that changed.</summary>
public class RepartitionedFixturesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] Names =
    [
        "duckdb-partition-evolution-hive-style", "duckdb-equality-deletes", "duckdb-equality-delete-cross-partition", "impala-dangling-delete-after-compaction",
        "impala-both-equality-and-position-deletes", "impala-equality-deletes-null", "impala-equality-deletes-partitioned", "impala-position-deletes-partitioned",
        "impala-position-deletes-some-files", "cxx-partition-evolution", "cxx-granular-position-deletes", "pglake-schema-evolution-7-struct-added",
        "icebird-spark-position-delete",
    ];

    [SharedFact]
    public async Task Repartition_TablesOfOtherEngines_KeepTheirRows()
    {
        using var folder = new TemporaryFolder();
        var cases = Cases();
        await using var tiers = await TieringScene.StartAsync(
            await postgres.CreateDatabaseAsync("fixtures"), folder, ownsFolder: false, warehouse => Copies(cases, warehouse), options => options.QueryTimeout = TimeSpan.FromMinutes(3));
        var runner = tiers.Get<JobRunner>();
        await runner.StartAsync(CancellationToken.None);
        await tiers.Get<ColdCatalog>().EnsureNamespaceAsync("fixtures", CancellationToken.None);
        foreach (var item in cases)
        {
            var name = item.GetProperty("name").GetString()!;
            var identifier = new TableIdentifier("fixtures", name.Replace('-', '_'));
            var location = $"{item.GetProperty("location_prefix").GetString()}/{item.GetProperty("metadata").GetString()}";
            var table = await tiers.Get<ColdCatalog>().Current.RegisterTableAsync(identifier, location, LocationMap.Empty, CancellationToken.None);
            var before = await RowsAsync(tiers, identifier);
            var column = table.Metadata.CurrentSchema.Fields.First(field => field.Type is IntType or LongType or StringType or DateType).Name;

            var outcome = await tiers.Get<RepartitionService>().RepartitionAsync(identifier, new RepartitionRequest(null, [column]), CancellationToken.None);

            Assert.True(outcome.Succeeded, $"{name}: {outcome.Message}");
            Assert.Equal((name, before), (name, await RowsAsync(tiers, identifier)));
            Assert.Equal((name, (long)before.Count(c => c == '\n') + 1), (name, outcome.Rows));
            Assert.Equal([column], outcome.PartitionColumns);
        }

        await runner.StopAsync(CancellationToken.None);
    }

    private static List<JsonElement> Cases()
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "index.json")));
        return [.. index.RootElement.GetProperty("cases").EnumerateArray().Where(item => Names.Contains(item.GetProperty("name").GetString())).Select(item => item.Clone())];
    }

    private static string Root => Path.Combine(Repository.Shared!, "iceberg-fixtures");

    /// <summary>Each table's folder is copied into the warehouse, and its locations lead there.</summary>
    private static ObjectStoreRegistry Copies(List<JsonElement> cases, string warehouse)
    {
        var store = new LocalObjectStore(warehouse, TimeProvider.System);
        var roots = new List<ObjectStoreRegistry.Root> { new(new Uri(warehouse).AbsoluteUri, store) };
        foreach (var item in cases)
        {
            var (name, source) = (item.GetProperty("name").GetString()!, Path.Combine(Root, item.GetProperty("path").GetString()!));
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(warehouse, name, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            roots.AddRange(item.GetProperty("locations").EnumerateArray().Select(at => new ObjectStoreRegistry.Root(
                at.GetProperty("prefix").GetString()!, store, $"{name}/{at.GetProperty("dir").GetString()}".TrimEnd('/'))));
        }

        return new ObjectStoreRegistry(roots);
    }

    private static async Task<string> RowsAsync(TieringScene tiers, TableIdentifier table)
    {
        using var rows = await tiers.ColdRowsAsync($"SELECT * FROM {table} LIMIT 100000");
        return string.Join('\n', rows.RootElement.EnumerateArray().Select(row => row.ToString()).Order(StringComparer.Ordinal));
    }
}
