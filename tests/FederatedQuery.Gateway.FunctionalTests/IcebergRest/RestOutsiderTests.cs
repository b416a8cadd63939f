using System.Net;
using System.Text;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

/// <summary>What engines that come through the catalog can do to the gateway's tables, and what they cannot.</summary>
[Collection(RestCollection.Name)]
public class RestOutsiderTests(RestGateway gateway)
{
    [Fact]
    public async Task Commit_OfFilesWrittenOutside_IsReadByTheGateway()
    {
        var space = await gateway.CreateTableAsync("t");
        var path = $"/v1/namespaces/{space}/tables/t";
        var empty = await CountAsync(space);

        await AppendAsync(path, new TableIdentifier(space, "t"), "SELECT i AS id, 'n' || i AS name FROM range(1, 11) r(i)");
        await AppendAsync(path, new TableIdentifier(space, "t"), "SELECT 100 AS id, 'last' AS name");

        var answer = await CountAsync(space);
        Assert.Equal("""[{"n":0,"total":null,"last":null}]""", empty);
        Assert.Equal("""[{"n":11,"total":155,"last":"n9"}]""", answer);
    }

    [Theory]
    [InlineData("DELETE", "/v1/namespaces/default/tables/visits", null, "cannot be dropped")]
    [InlineData("DELETE", "/v1/namespaces/default/tables/visits?purgeRequested=true", null, "cannot be dropped")]
    [InlineData("POST", "/v1/namespaces/default/tables/visits/unregister", "", "cannot be dropped")]
    [InlineData("POST", "/v1/tables/rename", """{"source":{"namespace":["default"],"name":"visits"},"destination":{"namespace":["default"],"name":"seen"}}""", "renamed")]
    [InlineData("POST", "/v1/namespaces/default/tables/visits", """{"requirements":[],"updates":[{"action":"add-schema","schema":{"type":"struct","fields":[{"id":1,"name":"ident","type":"long","required":true},{"id":2,"name":"at","type":"timestamp","required":true}]}},{"action":"set-current-schema","schema-id":-1}]}""", "columns")]
    [InlineData("POST", "/v1/namespaces/default/tables/visits", """{"requirements":[],"updates":[{"action":"upgrade-format-version","format-version":3}]}""", "format version 2")]
    [InlineData("POST", "/v1/namespaces/default/tables/visits", """{"requirements":[],"updates":[{"action":"remove-properties","removals":["federated-query.source-columns"]}]}""", "belongs to which")]
    public async Task TieredTable_ChangeThatWouldHarmIt_IsRefusedAndSaysWhy(string method, string path, string? body, string reason)
    {
        var response = await gateway.SendAsync(method, path, body);

        Assert.Equal((HttpStatusCode.Forbidden, "ForbiddenException"), (response.Status, response.ErrorType));
        Assert.Contains("cold tier of PostgreSQL's table 'visits'", response.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(reason, response.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TieredTable_HarmlessChange_IsMade()
    {
        await gateway.OkAsync(
            "POST", "/v1/namespaces/default/tables/visits", """{"requirements":[],"updates":[{"action":"set-properties","updates":{"owner":"Ralph"}}]}""");

        var metadata = (await gateway.OkAsync("GET", "/v1/namespaces/default/tables/visits")).GetProperty("metadata");
        Assert.Equal("Ralph", metadata.GetProperty("properties").GetProperty("owner").GetString());
    }

    [Fact]
    public async Task TieredTable_BranchMainTakenBack_IsRefused()
    {
        const string Path = "/v1/namespaces/default/tables/visits";
        var response = await gateway.SendAsync("POST", Path, """{"requirements":[],"updates":[{"action":"remove-snapshot-ref","ref-name":"main"}]}""");

        Assert.Equal(HttpStatusCode.Forbidden, response.Status);
        Assert.Contains("may only move on", response.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateTable_OfTheNameOfAHotTable_IsRefused()
    {
        var response = await gateway.SendAsync("POST", "/v1/namespaces/default/tables", $$"""{"name":"guests","schema":{{RestGateway.Schema}}}""");

        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExistsException"), (response.Status, response.ErrorType));
        Assert.Contains("PostgreSQL's table 'guests'", response.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unregister_FromAPageOfAnotherOrigin_IsRefused()
    {
        var space = await gateway.CreateTableAsync("t");

        var foreign = await gateway.SendAsync("POST", $"/v1/namespaces/{space}/tables/t/unregister", null, null, ("Origin", "https://elsewhere.example"));
        var plain = await gateway.SendAsync("POST", $"/v1/namespaces/{space}/tables/t/unregister");

        Assert.Equal(HttpStatusCode.Forbidden, foreign.Status);
        Assert.Equal(HttpStatusCode.OK, plain.Status);
        Assert.EndsWith(".metadata.json", plain.Body!.Value.GetProperty("metadata-location").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> CountAsync(string space) =>
        (await gateway.Process.DataAsync($$"""{ icebergQuery(query: "SELECT count(*) AS n, sum(id) AS total, max(name) AS last FROM {{space}}.t") { data } }"""))
            .GetProperty("icebergQuery").GetProperty("data").GetRawText();

    /// <summary>As an engine does it: a data file, manifest and manifest list of its own, then the commit by the catalog.</summary>
    private async Task AppendAsync(string path, TableIdentifier identifier, string rows)
    {
        var loaded = RestMessage.Read<LoadTableResult>(Encoding.UTF8.GetBytes((await gateway.OkAsync("GET", path)).GetRawText()));
        var stores = ObjectStoreRegistry.ForFolder(gateway.Warehouse, TimeProvider.System);
        var location = $"{loaded.Metadata.Location}/data/{Guid.NewGuid():N}.parquet";
        var (records, bytes) = await WriteAsync(new Uri(location).LocalPath, rows);
        var file = new DataFile
        {
            FilePath = location,
            FileFormat = DataFile.Parquet,
            SpecId = loaded.Metadata.DefaultSpecId,
            Partition = PartitionData.Empty,
            RecordCount = records,
            FileSizeInBytes = bytes,
        };
        var committer = new TableCommitter(stores, new ManifestCache(stores, 1 << 20), new CommitOptions(), TimeProvider.System);
        var staged = await committer.StageAsync(
            new CatalogTable(identifier, loaded.MetadataLocation!, loaded.Metadata), [new AppendFiles([file])], CancellationToken.None);
        var snapshot = staged.Metadata.CurrentSnapshot!;
        var commit = new CommitTableRequest
        {
            Requirements = [new AssertTableUuid(loaded.Metadata.TableUuid!), new AssertRefSnapshotId("main", loaded.Metadata.CurrentSnapshotId)],
            Updates = [new AddSnapshotUpdate(snapshot), new SetSnapshotRefUpdate("main", SnapshotRef.Branch(snapshot.SnapshotId))],
        };
        await gateway.OkAsync("POST", path, Encoding.UTF8.GetString(RestMessage.ToJson(commit).Span));
    }

    internal static async Task<(long Records, long Bytes)> WriteAsync(string path, string rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        await connection.ExecuteAsync($"CREATE TABLE rows AS {rows}", CancellationToken.None);
        var records = await connection.ExecuteAsync(
            $"COPY (SELECT id::BIGINT AS id, name FROM rows) TO {DuckDBSql.QuoteLiteral(path)} (FORMAT parquet, FIELD_IDS {{id: 1, name: 2}})", CancellationToken.None);
        return (records, new FileInfo(path).Length);
    }
}
