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
    public async Task TablesOfTheCatalog_AreRead()
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
    }

    /// <summary>Through the mutations: rows leave this gateway's PostgreSQL for the other's catalog, and are read once by this one, and at all by that one.</summary>
    [Fact]
    public async Task HotTable_IsTieredMovedAndReadOnce()
    {
        var today = DateTime.UtcNow.Date;
        var name = $"moved{Guid.NewGuid():N}";
        var rows = Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"{i},{today.AddDays(-i):yyyy-MM-dd} 12:00:00"));
        var file = _folder.WriteFile("moved.csv", "id,at\n" + string.Join('\n', rows) + "\n");
        await _gateway.StopAsync();
        var (exitCode, output) = await _gateway.RunAsync("load", "--hot-only", "--table", name, "--time-column", "at", "--primary-key", "id", file);
        Assert.True(exitCode == 0, output);
        await _gateway.StartAsync();

        await _gateway.DataAsync($$"""mutation { configureTiering(input: { tableName: "{{name}}", timeColumn: "at", hotDays: 7 }) { name } }""");
        var job = (await _gateway.DataAsync($$"""mutation { archiveTable(tableName: "{{name}}") { id } }""")).GetProperty("archiveTable").GetProperty("id").GetString();
        System.Text.Json.JsonElement ended;
        do
        {
            Assert.Equal("""[{"n":30,"total":435}]""", await FederatedAsync(name));
            ended = (await _gateway.DataAsync("query ($id: UUID!) { job(id: $id) { state message rows } }", new { id = job })).GetProperty("job");
        }
        while (ended.GetProperty("state").GetString() is "QUEUED" or "RUNNING");

        Assert.True(ended.GetProperty("state").GetString() == "SUCCEEDED", ended.ToString());
        Assert.Equal("""[{"n":30,"total":435}]""", await FederatedAsync(name));
        const string Query = "query ($sql: String!) { icebergQuery(query: $sql) { data } }";
        var sql = $"SELECT count(*) AS n FROM {name}";
        foreach (var gateway in (GatewayProcess[])[_gateway, catalog.Process])
        {
            Assert.Equal("""[{"n":22}]""", (await gateway.DataAsync(Query, new { sql })).GetProperty("icebergQuery").GetProperty("data").GetRawText());
        }
    }

    [Fact]
    public async Task ItsOwnCatalog_IsNotServed()
    {
        using var response = await _gateway.Client.GetAsync(new Uri("/iceberg/v1/config", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains("attach to that one", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> FederatedAsync(string table) => (await _gateway.DataAsync(
        "query ($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = $"SELECT count(*) AS n, sum(id) AS total FROM {table}" }))
            .GetProperty("federatedQuery").GetProperty("data").GetRawText();

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
