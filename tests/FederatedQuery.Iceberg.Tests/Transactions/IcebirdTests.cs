using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Iceberg.Tests.Transactions;

/// <summary>A reader that shares no code with this one finds the rows of tables written here.</summary>
public class IcebirdTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task CommitAsync_Appends_AreReadByIcebird()
    {
        using var folder = new TemporaryFolder();
        var store = new LocalObjectStore(folder.FullPath, TimeProvider.System);
        var stores = new ObjectStoreRegistry(new ObjectStoreRegistry.Root("s3://lake", store));
        var manifests = new ManifestCache(stores, 16 << 20);
        await using var dataSource = NpgsqlDataSource.Create((await postgres.CreateDatabaseAsync("icebird")).ConnectionString);
        var catalog = await SqlCatalog.OpenAsync(
            dataSource,
            new SqlCatalogOptions { CatalogName = "lake", Warehouse = "s3://lake/warehouse" },
            stores,
            new TableMetadataCache(stores, 16 << 20),
            TimeProvider.System,
            default);
        await catalog.CreateNamespaceAsync("logs", ImmutableDictionary<string, string>.Empty, default);
        var table = await catalog.CreateTableAsync(
            CatalogFixture.Events, new NewTable { Schema = CatalogFixture.EventsSchema, PartitionSpec = CatalogFixture.ByDay }, default);
        var committer = new TableCommitter(stores, manifests, new CommitOptions(), TimeProvider.System);

        for (var day = 0; day < 3; day++)
        {
            var file = await WriteAsync(stores, folder, table.Metadata, day);
            table = await committer.CommitAsync(catalog, CatalogFixture.Events, [new AppendFiles([file])], default);
        }

        var output = await NodeScript.RunAsync("icebird.js", "", folder.FullPath, stores.Resolve(table.MetadataLocation).Key);
        var rows = JsonNode.Parse(output)!.AsArray()
            .Select(row => $"{row!["id"]} {row["ts"]} {row["name"]}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            Enumerable.Range(0, 30).Select(i => $"{i} 1970-01-0{1 + (i / 10)}T0{i % 10}:00:00.000Z {(i % 4 == 0 ? "" : $"row {i} ü")}").Order(StringComparer.Ordinal),
            rows);
    }

    private static async Task<DataFile> WriteAsync(ObjectStoreRegistry stores, TemporaryFolder folder, TableMetadata table, int day)
    {
        var local = folder.File($"day-{day}.parquet");
        using (var database = DuckDBDatabase.Open())
        using (var connection = database.Connect())
        {
            connection.Execute(
                $"""
                COPY (
                    SELECT {day * 10} + i AS id, make_timestamptz(({day} * 24 + i) * 3600 * 1000000) AS ts,
                        CASE WHEN ({day * 10} + i) % 4 > 0 THEN 'row ' || ({day * 10} + i) || ' ü' END AS name
                    FROM range(10) AS rows(i)
                ) TO {DuckDBSql.QuoteLiteral(local)} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {"{"}id: 1, ts: 2, name: 3{"}"})
                """);
        }

        var location = $"{table.Location}/data/{day}.parquet";
        var target = stores.Resolve(location);
        var written = await target.Store.PutFileAsync(target.Key, local, WriteCondition.IfAbsent, default);
        return CatalogFixture.DataFile("any", day) with { FilePath = location, FileSizeInBytes = written.Length };
    }
}
