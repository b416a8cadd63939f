using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>The subscription to jobs, over server-sent events.</summary>
public class JobChangedTests
{
    [Fact]
    public async Task JobChanged_WhileATableIsArchived_TellsOfTheJobUntilItsEnd()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        var today = DateTime.UtcNow.Date;
        var rows = Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i},{today.AddDays(-i):yyyy-MM-dd} 12:00:00"));
        var file = folder.WriteFile("visits.csv", "id,at\n" + string.Join('\n', rows) + "\n");
        var (exitCode, output) = await gateway.RunAsync("load", "--table", "visits", "--time-column", "at", "--primary-key", "id", file);
        Assert.True(exitCode == 0, output);
        await gateway.StartAsync();
        await using var all = await EventStream.OpenAsync(gateway, "subscription { jobChanged { id kind state } }");

        var started = await gateway.DataAsync(
            """mutation ($before: DateTime!) { archiveTable(tableName: "visits", before: $before) { id } }""", new { before = today.AddDays(-7) });
        var id = started.GetProperty("archiveTable").GetProperty("id").GetString()!;
        await using var one = await EventStream.OpenAsync(gateway, "subscription ($id: UUID!) { jobChanged(id: $id) { id state progress rows message } }", new { id });
        var jobs = (await one.ReadAllAsync()).ConvertAll(JobOf);

        Assert.All(jobs, job => Assert.Equal(id, job.GetProperty("id").GetString()));
        Assert.All(jobs.SkipLast(1), job => Assert.Contains(job.GetProperty("state").GetString(), new[] { "QUEUED", "RUNNING" }));
        var last = jobs[^1];
        Assert.True(last.GetProperty("state").GetString() == "SUCCEEDED", last.ToString());
        Assert.Equal(1, last.GetProperty("progress").GetDouble());
        Assert.True(last.GetProperty("rows").GetInt64() > 0);
        // The one without an id sees the same end, and goes on: only leaving ends it.
        JsonElement seen;
        do
        {
            seen = JobOf(await all.NextAsync() ?? throw new InvalidOperationException("The stream of all jobs ended."));
        }
        while (seen.GetProperty("state").GetString() is "QUEUED" or "RUNNING");

        Assert.Equal($$"""{"id":"{{id}}","kind":"archive","state":"SUCCEEDED"}""", seen.GetRawText());
    }

    [Fact]
    public async Task JobChanged_UnknownJob_SaysSo()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath);
        await gateway.StartAsync();
        await using var unknown = await EventStream.OpenAsync(
            gateway, """subscription { jobChanged(id: "01890000-0000-7000-8000-000000000001") { state } }""");
        var error = Assert.Single(Assert.Single(await unknown.ReadAllAsync()).GetProperty("errors").EnumerateArray());
        Assert.Equal("JOB_NOT_FOUND", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.StartsWith("There is no job 01890000-0000-7000-8000-000000000001;", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobChanged_GatewayStops_EndsWithoutCompleteSoThatClientsAskAgain()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath);
        await gateway.StartAsync();
        await using var all = await EventStream.OpenAsync(gateway, "subscription { jobChanged { state } }");

        var stopping = gateway.StopAsync();

        // A connection that was reset, or that nobody ended, fails in another way.
        var cut = await Assert.ThrowsAsync<InvalidOperationException>(all.ReadAllAsync);
        Assert.Contains("without a `complete` event", cut.Message, StringComparison.Ordinal);
        Assert.Equal(0, await stopping);
    }

    private static JsonElement JobOf(JsonElement result) => result.GetProperty("data").GetProperty("jobChanged");
}
