using System.Globalization;
using System.Net;
using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.IcebergRest;

[Collection(RestCollection.Name)]
public class RestCommitTests(RestGateway gateway)
{
    [Fact]
    public async Task Commit_TwoClientsFiftyTimesEach_LosesNothing()
    {
        const int Commits = 50;
        var space = await gateway.CreateTableAsync("t");
        var path = $"/v1/namespaces/{space}/tables/t";

        await Task.WhenAll(CommitAsync(1), CommitAsync(2));

        var metadata = (await gateway.OkAsync("GET", path)).GetProperty("metadata");
        var snapshots = metadata.GetProperty("snapshots").EnumerateArray().ToDictionary(one => one.GetProperty("snapshot-id").GetInt64());
        Assert.Equal(
            Enumerable.Range(0, 2 * Commits).Select(i => (1000L * (1 + (i / Commits))) + (i % Commits) + 1), snapshots.Keys.Order());

        // One chain: none was committed beside another.
        var length = 0;
        for (long? id = metadata.GetProperty("current-snapshot-id").GetInt64(); id is { } at; length++)
        {
            id = snapshots[at].TryGetProperty("parent-snapshot-id", out var parent) ? parent.GetInt64() : null;
        }

        Assert.Equal(2 * Commits, length);

        async Task CommitAsync(int client)
        {
            for (var done = 0; done < Commits;)
            {
                var table = (await gateway.OkAsync("GET", path)).GetProperty("metadata");
                var response = await gateway.SendAsync("POST", path, Append(table, (1000L * client) + done + 1));
                Assert.True(response.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{response.Status} {response.Body}");
                done += response.Status == HttpStatusCode.OK ? 1 : 0;
            }
        }
    }

    [Fact]
    public async Task Commit_PropertiesWithoutRequirements_AreAppliedOnTopOfEachOther()
    {
        var space = await gateway.CreateTableAsync("t");
        var path = $"/v1/namespaces/{space}/tables/t";

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.OkAsync(
            "POST", path, $$$"""{"requirements":[],"updates":[{"action":"set-properties","updates":{"p{{{i}}}":"{{{i}}}"}}]}""")));

        var properties = (await gateway.OkAsync("GET", path)).GetProperty("metadata").GetProperty("properties");
        Assert.Equal(20, properties.EnumerateObject().Count());
    }

    [Fact]
    public async Task CommitTransaction_OneOfTwoTablesFails_ChangesNeither()
    {
        var space = await gateway.CreateTableAsync("a");
        await gateway.OkAsync("POST", $"/v1/namespaces/{space}/tables", $$"""{"name":"b","schema":{{RestGateway.Schema}}}""");

        var refused = await gateway.SendAsync("POST", "/v1/transactions/commit", Transaction(space, schemaOfB: 7));
        var untouched = await PropertiesAsync(space);
        var made = await gateway.SendAsync("POST", "/v1/transactions/commit", Transaction(space, schemaOfB: 0));

        Assert.Equal((HttpStatusCode.Conflict, "CommitFailedException"), (refused.Status, refused.ErrorType));
        Assert.Equal("{} {}", untouched);
        Assert.Equal(HttpStatusCode.NoContent, made.Status);
        Assert.Equal("""{"x":"1"} {"x":"1"}""", await PropertiesAsync(space));
    }

    [Fact]
    public async Task CommitTransaction_ManyAtOnceOverTheSameTables_AllAreMade()
    {
        var space = await gateway.CreateTableAsync("a");
        await gateway.OkAsync("POST", $"/v1/namespaces/{space}/tables", $$"""{"name":"b","schema":{{RestGateway.Schema}}}""");

        // In both orders: they must not wait for each other in a circle.
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => gateway.OkAsync("POST", "/v1/transactions/commit", $$$"""
            {"table-changes":[{{{Change(i % 2 == 0 ? "a" : "b", i)}}},{{{Change(i % 2 == 0 ? "b" : "a", i)}}}]}
            """)));

        foreach (var name in new[] { "a", "b" })
        {
            var metadata = (await gateway.OkAsync("GET", $"/v1/namespaces/{space}/tables/{name}")).GetProperty("metadata");
            Assert.Equal(12, metadata.GetProperty("properties").EnumerateObject().Count());
        }

        string Change(string name, int i) =>
            $$$"""{"identifier":{"namespace":["{{{space}}}"],"name":"{{{name}}}"},"requirements":[],"updates":[{"action":"set-properties","updates":{"p{{{i}}}":"1"}}]}""";
    }

    /// <summary>The manifest list is not there: a catalog takes the writer's word for it.</summary>
    private static string Append(JsonElement table, long snapshotId)
    {
        var parent = table.TryGetProperty("current-snapshot-id", out var current) ? current.GetInt64().ToString(CultureInfo.InvariantCulture) : null;
        var sequence = table.GetProperty("last-sequence-number").GetInt64() + 1;
        return $$$"""
            {"requirements":[{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":{{{parent ?? "null"}}}}],
             "updates":[{"action":"add-snapshot","snapshot":{"snapshot-id":{{{snapshotId}}},{{{(parent is null ? "" : $"\"parent-snapshot-id\":{parent},")}}}"sequence-number":{{{sequence}}},
               "timestamp-ms":1700000000000,"manifest-list":"{{{table.GetProperty("location").GetString()}}}/metadata/snap-{{{snapshotId}}}.avro","summary":{"operation":"append"},"schema-id":0}},
              {"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":{{{snapshotId}}}}]}
            """;
    }

    private static string Transaction(string space, int schemaOfB) => $$$"""
        {"table-changes":[
          {"identifier":{"namespace":["{{{space}}}"],"name":"a"},"requirements":[],"updates":[{"action":"set-properties","updates":{"x":"1"}}]},
          {"identifier":{"namespace":["{{{space}}}"],"name":"b"},"requirements":[{"type":"assert-current-schema-id","current-schema-id":{{{schemaOfB}}}}],
           "updates":[{"action":"set-properties","updates":{"x":"1"}}]}]}
        """;

    private async Task<string> PropertiesAsync(string space)
    {
        var a = await gateway.OkAsync("GET", $"/v1/namespaces/{space}/tables/a");
        var b = await gateway.OkAsync("GET", $"/v1/namespaces/{space}/tables/b");
        return $"{a.GetProperty("metadata").GetProperty("properties").GetRawText()} {b.GetProperty("metadata").GetProperty("properties").GetRawText()}";
    }
}
