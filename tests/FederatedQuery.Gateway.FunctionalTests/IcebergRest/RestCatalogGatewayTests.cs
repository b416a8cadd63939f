using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

/// <summary>A gateway whose cold tables are in the REST catalog of another (ICEBERG_CATALOG=rest).</summary>
[Collection(RestCollection.Name)]
public sealed class RestCatalogGatewayTests(RestGateway catalog) : IAsyncLifetime, IDisposable
{
    private readonly DataFolder _folder = new();
    private GatewayProcess _gateway = null!; // set before each test

    public async Task InitializeAsync()
    {
        _gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>
        {
            ["ICEBERG_CATALOG"] = "rest",
            ["ICEBERG_REST_URI"] = catalog.CatalogAddress,
            ["ICEBERG_WAREHOUSE"] = catalog.Warehouse,
        });
        await _gateway.StartAsync();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TablesOfTheCatalog_AreReadAndNotTiered()
    {
        var space = await catalog.CreateTableAsync("t");
        var identifier = new TableIdentifier(space, "t");
        await AppendAsync(identifier, "SELECT i AS id, 'n' || i AS name FROM range(1, 11) r(i)");
        var first = await CountAsync(space);
        await AppendAsync(identifier, "SELECT 100 AS id, 'last' AS name");

        Assert.Equal("""[{"n":10,"total":55}]""", first);
        Assert.Equal("""[{"n":11,"total":155}]""", await CountAsync(space));
        var tables = await _gateway.DataAsync($$"""{ icebergTables(namespace: "{{space}}") icebergTableStats(namespace: "{{space}}", tableName: "t") { totalRows } }""");
        Assert.Equal("t", Assert.Single(tables.GetProperty("icebergTables").EnumerateArray()).GetString());
        Assert.Equal(11, tables.GetProperty("icebergTableStats").GetProperty("totalRows").GetInt64());

        foreach (var mutation in (string[])["""configureTiering(input: { tableName: "t", timeColumn: "at" }) { name }""", """archiveTable(tableName: "t") { id }"""])
        {
            var error = (await _gateway.QueryAsync($"mutation {{ {mutation} }}")).GetProperty("errors")[0];
            Assert.Equal("OPERATION_NOT_ALLOWED", error.GetProperty("extensions").GetProperty("code").GetString());
            Assert.Contains("(ICEBERG_CATALOG=rest)", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ItsOwnCatalog_IsNotServed()
    {
        using var response = await _gateway.Client.GetAsync(new Uri("/iceberg/v1/config", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains("attach to that one", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> CountAsync(string space) =>
        (await _gateway.DataAsync($$"""{ icebergQuery(query: "SELECT count(*) AS n, sum(id) AS total FROM {{space}}.t") { data } }"""))
            .GetProperty("icebergQuery").GetProperty("data").GetRawText();

    private async Task AppendAsync(TableIdentifier identifier, string rows)
    {
        var stores = ObjectStoreRegistry.ForFolder(catalog.Warehouse, TimeProvider.System);
        using var client = new RestCatalog(new RestCatalogOptions { Uri = new Uri(catalog.CatalogAddress) }, stores, TimeProvider.System);
        var table = (await client.LoadTableAsync(identifier, CancellationToken.None)).Metadata;
        var location = $"{table.Location}/data/{Guid.NewGuid():N}.parquet";
        var (records, bytes) = await RestOutsiderTests.WriteAsync(new Uri(location).LocalPath, rows);
        var file = new DataFile
        {
            FilePath = location,
            FileFormat = DataFile.Parquet,
            SpecId = table.DefaultSpecId,
            Partition = PartitionData.Empty,
            RecordCount = records,
            FileSizeInBytes = bytes,
        };
        var committer = new TableCommitter(stores, new ManifestCache(stores, 1 << 20), new CommitOptions(), TimeProvider.System);
        await committer.CommitAsync(client, identifier, [new AppendFiles([file])], CancellationToken.None);
    }
}
