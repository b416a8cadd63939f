using System.Net;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>The live tail over WebSocket, GraphQL's server-sent events and <c>GET /logs/tail</c>.</summary>
public sealed class LogTailTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LogTail_OverWebSocketThatBreaks_GoesOnWhereItWas()
    {
        await using var gateway = await StartAsync();

        var seen = JsonElement.Parse(await NodeScript.RunAsync("log-tail.js", string.Empty, gateway.Client.BaseAddress!.ToString()));

        Assert.Equal(["one", "two", "three"], seen.GetProperty("before").EnumerateArray().Select(node => node.GetProperty("message").GetString()));
        Assert.Equal("""{"n":1}""", seen.GetProperty("before")[0].GetProperty("metadata").GetRawText());
        Assert.Equal(["three", "four", "five"], seen.GetProperty("after").EnumerateArray().Select(message => message.GetString()));
    }

    [Fact]
    public async Task LogTail_AfterACursorFromTheColdTier_FlowsThroughHotIntoLive()
    {
        await using var gateway = await StartAsync();
        var days = new[] { 60, 45, 40, 3, 2, 1 };
        await IngestAsync(gateway, [.. days.Select(day => ($"{day} days ago", DateTimeOffset.UtcNow.AddDays(-day)))]);
        TailEventText oldest;
        await using (var replay = await OpenWhenStoredAsync(gateway, days.Length))
        {
            oldest = await replay.NextAsync();
            Assert.Equal("60 days ago", oldest.Data.GetProperty("message").GetString());
        }

        await ArchiveAsync(gateway);
        await using var after = await TailStream.OpenAsync(gateway, $"?after={oldest.Id}");
        var messages = new List<string?>();
        for (var i = 1; i < days.Length; i++)
        {
            messages.Add((await after.NextAsync()).Data.GetProperty("message").GetString());
        }

        await IngestAsync(gateway, "now");
        messages.Add((await after.NextAsync()).Data.GetProperty("message").GetString());

        Assert.Equal(["45 days ago", "40 days ago", "3 days ago", "2 days ago", "1 days ago", "now"], messages);
    }

    [Fact]
    public async Task LogTail_AfterACursorOfAPage_GivesWhatThePageCouldNotShow()
    {
        await using var gateway = await StartAsync();
        var now = DateTimeOffset.UtcNow;
        await IngestAsync(gateway, [("a", now.AddMinutes(-3)), ("c", now.AddMinutes(-1)), ("b", now.AddMinutes(-2))]);
        await (await OpenWhenStoredAsync(gateway, 3)).DisposeAsync();
        var page = await gateway.DataAsync("{ logs(first: 2) { edges { cursor node { message } } pageInfo { startCursor } } }");
        var edges = page.GetProperty("logs").GetProperty("edges");
        Assert.Equal(["c", "b"], edges.EnumerateArray().Select(edge => edge.GetProperty("node").GetProperty("message").GetString()));
        await IngestAsync(gateway, [("late", now.AddMinutes(-10)), ("new", now)]);

        await using var newest = await EventStream.OpenAsync(gateway, Subscription(edges[0]));
        await using var second = await TailStream.OpenAsync(gateway, $"?after={edges[1].GetProperty("cursor")}");

        Assert.Equal("late", MessageOf(await newest.NextAsync()));
        Assert.Equal("new", MessageOf(await newest.NextAsync()));
        foreach (var message in new[] { "c", "late", "new" })
        {
            Assert.Equal(message, (await second.NextAsync()).Data.GetProperty("message").GetString());
        }

        // And the page after it is found by the same cursor.
        var next = await gateway.DataAsync("query ($after: String) { logs(first: 2, after: $after) { nodes { message } } }", new { after = edges[1].GetProperty("cursor").GetString() });
        Assert.Equal("a", next.GetProperty("logs").GetProperty("nodes")[0].GetProperty("message").GetString());

        static string Subscription(JsonElement edge) => $$"""subscription { logTail(after: "{{edge.GetProperty("cursor")}}") { node { message } } }""";
        static string? MessageOf(JsonElement? result) => result?.GetProperty("data").GetProperty("logTail").GetProperty("node").GetProperty("message").GetString();
    }

    [Fact]
    public async Task GetLogsTail_FiltersAndLastEventId_AreHeeded()
    {
        await using var gateway = await StartAsync();
        await using var stream = await TailStream.OpenAsync(gateway, "?search=brown%20-dog&level=WARN,ERROR&workflow_name=nightly");
        await gateway.DataAsync(
            """
            mutation { ingestLogs(input: [
              { level: "WARN", message: "The quick brown fox", workflowName: "nightly", traceId: "t1", metadata: { a: [1, "é"] } }
              { level: "INFO", message: "a brown one, but calm", workflowName: "nightly" }
              { level: "ERROR", message: "brown dog", workflowName: "nightly" }
              { level: "ERROR", message: "brown cat", workflowName: "other" }
              { level: "ERROR", message: "Brown bear", workflowName: "nightly" }]) { accepted } }
            """);

        var fox = await stream.NextAsync();
        var bear = await stream.NextAsync();

        Assert.Equal(
            ["id", "timestamp", "level", "message", "traceId", "workflowName", "metadata"],
            fox.Data.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("The quick brown fox", "t1", """{"a": [1, "é"]}"""), (
            fox.Data.GetProperty("message").GetString(), fox.Data.GetProperty("traceId").GetString(), fox.Data.GetProperty("metadata").GetRawText()));
        Assert.Equal("Brown bear", bear.Data.GetProperty("message").GetString());
        await using var again = await TailStream.OpenAsync(gateway, "?workflow_name=nightly&replay=100", fox.Id);
        Assert.Equal("a brown one, but calm", (await again.NextAsync()).Data.GetProperty("message").GetString());
    }

    [Fact]
    public async Task GetLogsTail_WrongParameter_IsAProblemThatNamesIt()
    {
        await using var gateway = await StartAsync();
        (string Query, string? Field, string Detail)[] cases =
        [
            ("?replay=-1", "replay", "`replay` is '-1'; it must be a number of records, such as 100."),
            ("?lvl=WARN", "lvl", "There is no parameter `lvl`; there are from, start_time, to, end_time, level"),
            ("?user_id=1&user_id=2", "user_id", "`user_id` is given 2 times; it may be given once."),
            ("?from=soon", "from", "`from` is 'soon'; it must be a date or an instant of ISO 8601"),
            ("?search=%22open", "search", "`search`: "),
            ("?level=A&log_level=B", "log_level", "`level` and `log_level` mean the same; give one of them."),
            ("?replay=20000", null, "`replay` is 20000; it must be 0 to 10000."),
            ("?after=xyz", null, "`after` is 'xyz': it is no cursor."),
        ];
        foreach (var (query, field, detail) in cases)
        {
            using var response = await gateway.Client.GetAsync(new Uri($"/logs/tail{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            Assert.StartsWith(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
        }
    }

    [Fact]
    public async Task GetLogsTail_GatewayStops_EndsTheStream()
    {
        await using var gateway = await StartAsync();
        await using var stream = await TailStream.OpenAsync(gateway);

        Assert.Equal(0, await gateway.StopAsync());

        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.NextAsync());
    }

    private async Task<GatewayProcess> StartAsync()
    {
        var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();
        return gateway;
    }

    private static Task IngestAsync(GatewayProcess gateway, string message) => IngestAsync(gateway, [(message, DateTimeOffset.UtcNow)]);

    private static Task IngestAsync(GatewayProcess gateway, IEnumerable<(string Message, DateTimeOffset At)> records) => gateway.DataAsync(
        "mutation ($input: [LogInput!]!) { ingestLogs(input: $input) { accepted rejected { reason } } }",
        new { input = records.Select(record => new { message = record.Message, timestamp = record.At }) });

    private static async Task ArchiveAsync(GatewayProcess gateway)
    {
        var started = await gateway.DataAsync(
            """mutation ($before: DateTime!) { archiveTable(tableName: "logs", before: $before) { id } }""", new { before = DateTime.UtcNow.Date.AddDays(-10) });
        await using var job = await EventStream.OpenAsync(
            gateway, "subscription ($id: UUID!) { jobChanged(id: $id) { state message rows } }", new { id = started.GetProperty("archiveTable").GetProperty("id").GetString() });
        var last = (await job.ReadAllAsync())[^1].GetProperty("data").GetProperty("jobChanged");
        Assert.True(last.GetProperty("state").GetString() == "SUCCEEDED" && last.GetProperty("rows").GetInt64() == 3, last.ToString());
    }

    /// <summary>A tail from before all records, once so many are stored.</summary>
    private static async Task<TailStream> OpenWhenStoredAsync(GatewayProcess gateway, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var status = await gateway.DataAsync("""{ federatedQuery(query: "SELECT count(*) AS n FROM logs") { data } }""");
            if (status.GetProperty("federatedQuery").GetProperty("data")[0].GetProperty("n").GetInt32() == count)
            {
                return await TailStream.OpenAsync(gateway, "?replay=1000");
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
