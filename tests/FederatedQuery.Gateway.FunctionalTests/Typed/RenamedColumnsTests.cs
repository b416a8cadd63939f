namespace FederatedQuery.Gateway.FunctionalTests.Typed;

/// <summary>Columns of a table in both tiers that are renamed, over HTTP.</summary>
[Collection(TypedGatewayTests.Name)]
public class RenamedColumnsTests(TypedGateway gateway)
{
    private const string Sql = "SELECT count(*) FILTER (place = 'town 1') AS n, count(place) AS places, count(sent_at) AS times FROM parcels";

    [Fact]
    public async Task Rename_TieredTable_IsOneTableThroughout()
    {
        await gateway.ExecuteAsync(
            """
            CREATE TABLE parcels (id bigint PRIMARY KEY, sent timestamptz NOT NULL, town text);
            INSERT INTO parcels SELECT i, date_trunc('day', now()) - interval '1 day' * (i % 20), 'town ' || (i / 20) % 5 FROM generate_series(1, 400) i
            """);
        await gateway.DataAsync("""mutation { configureTiering(input: { tableName: "parcels", timeColumn: "sent", hotDays: 5, rowMutations: [UPDATE, DELETE] }) { name } }""");
        await WaitAsync("archiveTable");
        await gateway.RefreshAsync();
        Assert.Equal(80, await CountAsync("town"));
        var cursor = (await gateway.DataAsync("{ parcels(first: 3, order: [{ town: ASC }]) { pageInfo { endCursor } } }"))
            .GetProperty("parcels").GetProperty("pageInfo").GetProperty("endCursor").GetString();

        await gateway.ExecuteAsync("ALTER TABLE parcels RENAME town TO place; ALTER TABLE parcels RENAME sent TO sent_at");

        Assert.Equal("""[{"n":80,"places":400,"times":400}]""", await AskAsync("federatedQuery"));

        // Seconds later by itself, as for every change of tables.
        await gateway.RefreshAsync();
        Assert.Equal(80, await CountAsync("place"));
        var cold = (await gateway.DataAsync("""{ table(name: "parcels") { coldRows timeColumn } }""")).GetProperty("table");
        Assert.Equal("sent_at", cold.GetProperty("timeColumn").GetString());
        var rows = cold.GetProperty("coldRows").GetInt64();
        Assert.Equal($$"""[{"n":{{rows / 5}},"places":{{rows}},"times":{{rows}}}]""", await AskAsync("icebergQuery"));
        var (code, message) = await gateway.ErrorAsync("query ($after: String) { parcels(first: 3, after: $after, order: [{ place: ASC }]) { nodes { id } } }", new { after = cursor });
        Assert.Equal("BAD_ARGUMENT", code);
        Assert.Contains("it belongs to another query", message, StringComparison.Ordinal);

        var deleted = (await gateway.DataAsync("""mutation { deleteParcels(where: { place: { eq: "town 2" } }) { affectedRows } }""")).GetProperty("deleteParcels");
        Assert.Equal(80, deleted.GetProperty("affectedRows").GetInt32());
        await WaitAsync("archiveTable");
        await WaitAsync("verifyTable");
        Assert.Equal("""[{"n":80,"places":320,"times":320}]""", await AskAsync("federatedQuery"));
    }

    private async Task<int> CountAsync(string field) =>
        (await gateway.DataAsync($$"""{ parcels(where: { {{field}}: { eq: "town 1" } }) { totalCount } }""")).GetProperty("parcels").GetProperty("totalCount").GetInt32();

    private async Task<string> AskAsync(string field) =>
        (await gateway.DataAsync($$"""{ answer: {{field}}(query: "{{Sql}}") { data } }""")).GetProperty("answer").GetProperty("data").GetRawText();

    private async Task WaitAsync(string mutation)
    {
        var job = (await gateway.DataAsync($$"""mutation { job: {{mutation}}(tableName: "parcels") { id } }""")).GetProperty("job").GetProperty("id").GetString();
        while ((await gateway.DataAsync("query ($job: UUID!) { job(id: $job) { state message } }", new { job })).GetProperty("job") is var state
            && state.GetProperty("state").GetString() != "SUCCEEDED")
        {
            Assert.True(state.GetProperty("state").GetString() is "QUEUED" or "RUNNING", state.ToString());
            await Task.Delay(50);
        }
    }
}
