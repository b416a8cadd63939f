using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>Log records into a gateway that is killed.</summary>
public sealed class LogIngestTests : IDisposable
{
    private const int Rounds = 4;
    private const int Senders = 10;

    private readonly DataFolder _folder = new();

    /// <summary>What was acknowledged is there once, whatever instruction the process died at; what was not may be there, once.</summary>
    [Fact]
    public async Task IngestLogs_GatewayKilledAtRandomMoments_KeepsEachAcknowledgedRecordOnce()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        var random = new Random(11);
        var (acknowledged, sent) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        for (var round = 0; round < Rounds; round++)
        {
            await gateway.StartAsync();
            using var ending = new CancellationTokenSource();
            var senders = Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(gateway, $"{round}-{sender}", sent, acknowledged, ending.Token))).ToArray();
            await Task.Delay(random.Next(200, 1_200));
            await gateway.KillAsync();
            await ending.CancelAsync();
            await Task.WhenAll(senders);
        }

        await gateway.StartAsync();
        while ((await gateway.DataAsync("{ ingestStatus { queuedRecords } }")).GetProperty("ingestStatus").GetProperty("queuedRecords").GetInt64() > 0)
        {
            await Task.Delay(20);
        }

        var rows = await gateway.DataAsync("""{ federatedQuery(query: "SELECT message, count(*) AS n FROM logs GROUP BY message", limit: 1000000) { data } }""");
        var stored = rows.GetProperty("federatedQuery").GetProperty("data").EnumerateArray()
            .ToDictionary(row => row.GetProperty("message").GetString()!, row => row.GetProperty("n").GetInt64());
        Assert.NotEmpty(acknowledged);
        Assert.All(stored, row => Assert.Equal(1, row.Value));
        Assert.Empty(acknowledged.Except(stored.Keys));
        Assert.Empty(stored.Keys.Except(sent));
    }

    [Fact]
    public async Task IngestLogs_GoodAndBadRecords_TakesTheGoodOnesAndSaysWhatIsWrong()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();

        var answer = (await gateway.DataAsync(
            """
            mutation($deep: JSON) { ingestLogs(input: [
              { message: "one", level: "WARN", resourceId: "host", metadata: { a: [1, { b: "ü" }] } }
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
        var health = await gateway.Client.GetFromJsonAsync<JsonElement>("/health/ready");
        Assert.Equal("up", health.GetProperty("ingest").GetProperty("status").GetString());
        Assert.Equal(0, await gateway.StopAsync());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonElement> StatusAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("{ ingestStatus { queuedRecords queuedBytes storedRecords rejectedRecords recordsPerSecond oldestQueuedSeconds } }")).GetProperty("ingestStatus");

    private static async Task SendAsync(
        GatewayProcess gateway, string prefix, ConcurrentBag<string> sent, ConcurrentBag<string> acknowledged, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            string[] messages = [$"{prefix}-{i}a", $"{prefix}-{i}b"];
            Array.ForEach(messages, sent.Add);
            try
            {
                var answer = await gateway.DataAsync(
                    "mutation($input: [LogInput!]!) { ingestLogs(input: $input) { accepted } }", new { input = messages.Select(message => new { message }) });
                if (answer.GetProperty("ingestLogs").GetProperty("accepted").GetInt32() == messages.Length)
                {
                    Array.ForEach(messages, acknowledged.Add);
                }
            }
            catch (Exception error) when (error is HttpRequestException or JsonException or InvalidOperationException)
            {
                // The process is gone, before or after it took them.
                return;
            }
        }
    }
}
