using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>The cold tables of one gateway in the REST catalog of another, as Athena sees them in Glue.</summary>
public sealed class AnalyticsTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private const string Count = "SELECT count(*) AS n, sum(id) AS ids, count(DISTINCT id) AS distinct_ids FROM events";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DataFolder _folder = new();
    private readonly DataFolder _secondFolder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _secondFolder.Dispose();
    }

    [S3Fact]
    public async Task SecondGateway_AfterEachChangeOfTheFirst_GivesTheSameRows()
    {
        var bucket = await server.CreateBucketAsync();
        var file = Path.Combine(_folder.FullPath, "events.parquet");
        EventsTable.Write(file);
        // Two tables of log records would be in each other's way.
        var noLogs = KeyValuePair.Create("LOGS_ENABLED", "false");
        await using var second = new GatewayProcess(_secondFolder.FullPath, new Dictionary<string, string>([.. server.SettingsFor($"s3://{bucket}/second"), noLogs]));
        await using var first = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>([.. server.SettingsFor($"s3://{bucket}/first"), noLogs])
        {
            ["HOT_RETENTION_DAYS"] = "37",
            ["ANALYTICS_INTEGRATION_ENABLED"] = "true",
            ["ANALYTICS_REST_URI"] = $"{second.Client.BaseAddress}iceberg",
        });
        await second.StartAsync();
        var load = await first.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", file);
        Assert.True(load.ExitCode == 0, load.Output);
        await first.StartAsync();

        var setup = await SetUpAsync(first);
        Assert.True(setup.GetProperty("success").GetBoolean(), setup.ToString());
        Assert.Equal("events", Assert.Single(setup.GetProperty("registeredTables").EnumerateArray()).GetString());
        Assert.Equal((JsonValueKind.Null, false), (setup.GetProperty("glueCatalogId").ValueKind, setup.GetProperty("sagemakerEnabled").GetBoolean()));
        Assert.Equal(await CountAsync(first), await CountAsync(second));

        // Followed by itself.
        await ArchiveAsync(first, keepDays: 34);
        await UntilSameAsync(first, second);

        // Maintenance changes the table without changing its rows.
        var before = await CountAsync(first);
        var job = (await first.DataAsync("""mutation { runTableMaintenance(tableName: "events") { id } }""")).GetProperty("runTableMaintenance").GetProperty("id").GetString()!;
        var ended = await EventsTable.EndOfAsync(first, job);
        Assert.True(ended.GetProperty("state").GetString() == "SUCCEEDED", ended.ToString());
        Assert.Equal(before, await CountAsync(first));
        await UntilSameAsync(first, second);

        // Down for a while, which holds up nothing and shows.
        await second.KillAsync();
        await ArchiveAsync(first, keepDays: 30);
        setup = await SetUpAsync(first);
        Assert.False(setup.GetProperty("success").GetBoolean());
        Assert.Contains("1 table is not, and tried again by and by", setup.GetProperty("message").GetString(), StringComparison.Ordinal);
        using var health = await first.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var report = await health.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("up", 1), (report.GetProperty("status").GetString(), report.GetProperty("analytics").GetProperty("failing").GetInt32()));
        await second.StartAsync();
        await UntilSameAsync(first, second);
    }

    private static async Task<JsonElement> SetUpAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("mutation { setupAnalyticsIntegration { success message glueCatalogId sagemakerEnabled registeredTables } }"))
            .GetProperty("setupAnalyticsIntegration");

    private static async Task ArchiveAsync(GatewayProcess gateway, int keepDays)
    {
        var job = await EventsTable.ArchiveAsync(gateway, keepDays);
        Assert.True(job.GetProperty("state").GetString() == "SUCCEEDED", job.ToString());
    }

    private static async Task<string> CountAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("query Read($sql: String!) { icebergQuery(query: $sql) { data } }", new { sql = Count })).GetProperty("icebergQuery").GetProperty("data").GetRawText();

    private static async Task UntilSameAsync(GatewayProcess first, GatewayProcess second)
    {
        var expected = await CountAsync(first);
        var waited = Stopwatch.StartNew();
        while (await CountAsync(second) is var seen && seen != expected)
        {
            Assert.True(waited.Elapsed < Patience, $"The second catalog shows {seen} instead of {expected}:\n{first.Output}");
            await Task.Delay(100);
        }
    }
}
