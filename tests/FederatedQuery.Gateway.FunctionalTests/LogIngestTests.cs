using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>The mutation <c>ingestLogs</c>.</summary>
public sealed class LogIngestTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public async Task IngestLogs_GoodAndBadRecords_TakesTheGoodOnesAndSaysWhatIsWrong()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();

        var answer = (await gateway.DataAsync(
            """
            mutation($deep: JSON) { ingestLogs(input: [
              { message: "one", level: "WARN", resourceId: "host", metadata: { parentResourceId: "rack", a: [1, { b: "ü" }] } }
              { message: "two", timestamp: "2001-01-01T00:00:00Z" }
              { message: "three", metadata: $deep } ]) { accepted rejected { index reason } } }
            """,
            new { deep = "text" })).GetProperty("ingestLogs");
        while ((await StatusAsync(gateway)).GetProperty("storedRecords").GetInt64() == 0)
        {
            await Task.Delay(20);
        }

        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        Assert.Equal([1, 2], answer.GetProperty("rejected").EnumerateArray().Select(rejected => rejected.GetProperty("index").GetInt32()));
        Assert.Equal("`metadata` must be a JSON object.", answer.GetProperty("rejected")[1].GetProperty("reason").GetString());
        var status = await StatusAsync(gateway);
        Assert.Equal((2, 0), (status.GetProperty("rejectedRecords").GetInt64(), status.GetProperty("queuedRecords").GetInt64()));
        var stored = await gateway.DataAsync("{ logs { nodes { parentResourceId metadata } } }");
        var node = stored.GetProperty("logs").GetProperty("nodes")[0];
        Assert.Equal("rack", node.GetProperty("parentResourceId").GetString());
        Assert.Equal("rack", node.GetProperty("metadata").GetProperty("parentResourceId").GetString());
        var health = await gateway.Client.GetFromJsonAsync<JsonElement>("/health/ready");
        Assert.Equal("up", health.GetProperty("ingest").GetProperty("status").GetString());
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task IngestStatusChanged_RecordsComeIn_TellsOfThemUntilTheyAreStored()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();
        await using var changes = await EventStream.OpenAsync(
            gateway, "subscription { ingestStatusChanged { queuedRecords queuedBytes storedRecords rejectedRecords recordsPerSecond oldestQueuedSeconds } }");
        Assert.Equal((0, 0, 0), Figures(await changes.NextAsync()));

        await gateway.DataAsync("""mutation { ingestLogs(input: [{ message: "one" }, { message: "two" }, { message: "" , timestamp: "2001-01-01T00:00:00Z" }]) { accepted } }""");
        var (last, events) = ((Queued: 0L, Stored: 0L, Rejected: 0L), 0);
        while (last != (0, 2, 1))
        {
            last = Figures(await changes.NextAsync());
            Assert.True(++events < 5, $"{last} after {events} events.");
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonElement> StatusAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("{ ingestStatus { queuedRecords queuedBytes storedRecords rejectedRecords recordsPerSecond oldestQueuedSeconds } }")).GetProperty("ingestStatus");

    private static (long Queued, long Stored, long Rejected) Figures(JsonElement? change)
    {
        var status = change!.Value.GetProperty("data").GetProperty("ingestStatusChanged");
        return (status.GetProperty("queuedRecords").GetInt64(), status.GetProperty("storedRecords").GetInt64(), status.GetProperty("rejectedRecords").GetInt64());
    }
}
