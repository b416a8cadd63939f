using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>A table's way into both tiers through the mutations.</summary>
public class TieringTests
{
    [Fact]
    public async Task ArchiveTable_OfAConfiguredTable_MovesItsClosedDays()
    {
        using var folder = new DataFolder();
        var today = DateTime.UtcNow.Date;
        var rows = Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i},{today.AddDays(-i):yyyy-MM-dd} 12:00:00"));
        var file = folder.WriteFile("visits.csv", "id,at\n" + string.Join('\n', rows) + "\n");
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        var (exitCode, output) = await gateway.RunAsync("load", "--table", "visits", "--time-column", "at", "--primary-key", "id", file);
        Assert.True(exitCode == 0, output);
        await gateway.StartAsync();

        var configured = (await gateway.DataAsync(
            """mutation { configureTiering(input: { tableName: "visits", timeColumn: "at", hotDays: 7 }) { name hotDays coldDays dataSource } }""")).GetProperty("configureTiering");
        Assert.Equal("""{"name":"visits","hotDays":7,"coldDays":730,"dataSource":"FEDERATED"}""", configured.GetRawText());

        var job = (await gateway.DataAsync("""mutation { archiveTable(tableName: "visits") { id kind tableName state } }""")).GetProperty("archiveTable");
        Assert.Equal("visits", job.GetProperty("tableName").GetString());
        var ended = await EndOfAsync(gateway, job.GetProperty("id").GetString()!);
        Assert.True(ended.GetProperty("state").GetString() == "SUCCEEDED", ended.ToString());
        Assert.Equal(1, ended.GetProperty("progress").GetDouble());

        var answer = (await gateway.DataAsync(
            """{ federatedQuery(query: "SELECT count(*) AS n, sum(id) AS total FROM visits") { data plan { hot { rows } cold { rows } } } }""")).GetProperty("federatedQuery");
        Assert.Equal("""[{"n":40,"total":780}]""", answer.GetProperty("data").GetRawText());
        Assert.Equal(8, answer.GetProperty("plan").GetProperty("hot").GetProperty("rows").GetInt64());
        Assert.Equal(32, answer.GetProperty("plan").GetProperty("cold").GetProperty("rows").GetInt64());

        var maintenance = (await gateway.DataAsync("""mutation { runTableMaintenance(tableName: "visits") { id kind tableName } }""")).GetProperty("runTableMaintenance");
        Assert.Equal("maintenance visits", $"{maintenance.GetProperty("kind").GetString()} {maintenance.GetProperty("tableName").GetString()}");
        var maintained = await EndOfAsync(gateway, maintenance.GetProperty("id").GetString()!);
        Assert.True(maintained.GetProperty("state").GetString() == "SUCCEEDED", maintained.ToString());
        var result = (await gateway.DataAsync(
            """mutation { configureTableMaintenance(tableName: "visits", enabled: false, compaction: false, snapshotRetentionDays: 3) { success message } }""")).GetProperty("configureTableMaintenance");
        Assert.Equal(
            """{"success":true,"message":"Table 'default.visits' is maintained by request only; files are not compacted; snapshots expire after 3 days."}""", result.GetRawText());
    }

    [Fact]
    public async Task Mutations_WrongTable_SayWhatWouldBeRight()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath);
        await gateway.StartAsync();

        var archive = Assert.Single((await gateway.QueryAsync("""mutation { archiveTable(tableName: "nothing") { id } }""")).GetProperty("errors").EnumerateArray());
        Assert.Equal("TABLE_NOT_FOUND", archive.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains("'nothing'", archive.GetProperty("message").GetString(), StringComparison.Ordinal);
        var configure = Assert.Single((await gateway.QueryAsync(
            """mutation { configureTiering(input: { tableName: "nothing", timeColumn: "at" }) { name } }""")).GetProperty("errors").EnumerateArray());
        Assert.Equal("TABLE_NOT_FOUND", configure.GetProperty("extensions").GetProperty("code").GetString());
        var maintenance = Assert.Single((await gateway.QueryAsync("""mutation { runTableMaintenance(tableName: "nothing") { id } }""")).GetProperty("errors").EnumerateArray());
        Assert.Equal("TABLE_NOT_FOUND", maintenance.GetProperty("extensions").GetProperty("code").GetString());
        var jobs = Assert.Single((await gateway.QueryAsync("{ jobs(first: -1) { id } }")).GetProperty("errors").EnumerateArray());
        Assert.Equal("`first` is -1; it must be 0 to 1000.", jobs.GetProperty("message").GetString());
    }

    private static async Task<JsonElement> EndOfAsync(GatewayProcess gateway, string id)
    {
        while (true)
        {
            var job = (await gateway.DataAsync("query ($id: UUID!) { job(id: $id) { state progress message rows } }", new { id })).GetProperty("job");
            if (job.GetProperty("state").GetString() is "SUCCEEDED" or "FAILED" or "CANCELLED")
            {
                return job;
            }

            await Task.Delay(50);
        }
    }
}
