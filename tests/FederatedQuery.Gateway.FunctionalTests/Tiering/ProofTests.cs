using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>What rows cost to read, whether they are what they should be, and that they are gone: over HTTP.</summary>
public class ProofTests
{
    private const string All = "SELECT sum(id) AS total, max(note) AS last_note FROM visits";
    private const int RowsPerDay = 100;
    private const int Limit = 30_000;

    [Fact]
    public async Task Proof_OfATieredTable_IsHadOverHttp()
    {
        using var folder = new DataFolder();
        var today = DateTime.UtcNow.Date;
        // Notes that nothing compresses are what all of it costs.
        var rows = Enumerable.Range(0, 60 * RowsPerDay).Select(i => FormattableString.Invariant(
            $"{i},{today.AddDays(-(i / RowsPerDay)).AddMinutes(i % RowsPerDay):yyyy-MM-dd HH:mm:ss},{Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(i)))}"));
        var file = folder.WriteFile("visits.csv", "id,seen,note\n" + string.Join('\n', rows) + "\n");
        await using var gateway = new GatewayProcess(
            folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false", ["MAX_COLD_BYTES_PER_QUERY"] = Limit.ToString(CultureInfo.InvariantCulture) });
        var (exitCode, output) = await gateway.RunAsync("load", "--table", "visits", "--time-column", "seen", "--primary-key", "id", file);
        Assert.True(exitCode == 0, output);
        await gateway.StartAsync();

        await BudgetsAsync(gateway, today.AddDays(-40));
        await VerificationAsync(gateway);
        await ErasureAsync(gateway, today.AddDays(-40));
    }

    private static async Task BudgetsAsync(GatewayProcess gateway, DateTime day)
    {
        var all = await ExplainAsync(gateway, All);
        Assert.Equal("FEDERATED", all.GetProperty("dataSource").GetString());
        Assert.True(all.GetProperty("filesToRead").GetInt32() is > 0 and var files && files == all.GetProperty("filesTotal").GetInt32(), all.ToString());
        Assert.True(all.GetProperty("bytesToRead").GetInt64() > Limit, all.ToString());
        var refused = await ErrorAsync(gateway, "query ($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = All });
        var extensions = refused.GetProperty("extensions");
        Assert.Equal("COLD_BYTES_EXCEEDED", extensions.GetProperty("code").GetString());
        Assert.Equal(Limit, extensions.GetProperty("limit").GetInt64());
        Assert.Equal(all.GetProperty("bytesToRead").GetInt64(), extensions.GetProperty("bytesToRead").GetInt64());
        Assert.Equal("visits", Assert.Single(extensions.GetProperty("tables").EnumerateArray()).GetProperty("table").GetString());

        var one = await ExplainAsync(gateway, OfDay(day));
        Assert.Equal(1, one.GetProperty("filesToRead").GetInt32());
        Assert.Equal("""[{"n":100}]""", (await gateway.DataAsync("query ($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = OfDay(day) }))
            .GetProperty("federatedQuery").GetProperty("data").GetRawText());
        var wrong = await ErrorAsync(gateway, """{ explainQuery(query: "SELECT 1 FROM nothing") { bytesToRead } }""");
        Assert.Contains("nothing", wrong.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task VerificationAsync(GatewayProcess gateway)
    {
        var started = (await gateway.DataAsync("""mutation { verifyTable(tableName: "visits") { id kind tableName } }""")).GetProperty("verifyTable");
        Assert.Equal("verify visits", $"{started.GetProperty("kind").GetString()} {started.GetProperty("tableName").GetString()}");
        var ended = await UntilAsync(gateway, started, job => job.GetProperty("state").GetString() is not ("QUEUED" or "RUNNING"));
        Assert.Equal("SUCCEEDED", ended.GetProperty("state").GetString());
        Assert.StartsWith("0 violations: ", ended.GetProperty("message").GetString(), StringComparison.Ordinal);
        var unknown = await ErrorAsync(gateway, """mutation { verifyTable(tableName: "nothing") { id } }""");
        Assert.Equal("TABLE_NOT_FOUND", unknown.GetProperty("extensions").GetProperty("code").GetString());
    }

    /// <summary>The files go minutes later; the rows are gone at once.</summary>
    private static async Task ErasureAsync(GatewayProcess gateway, DateTime day)
    {
        var wrong = await ErrorAsync(gateway, """mutation { eraseRows(tableName: "visits", where: "nobody = 1") { id } }""");
        Assert.Contains("nobody", wrong.GetProperty("message").GetString(), StringComparison.Ordinal);
        var started = (await gateway.DataAsync("""mutation { eraseRows(tableName: "visits", where: "id IN (3) OR id BETWEEN 4000 AND 4099") { id kind } }""")).GetProperty("eraseRows");
        Assert.Equal("erase", started.GetProperty("kind").GetString());

        var waiting = await UntilAsync(gateway, started, job => job.GetProperty("progress").GetDouble() >= 0.9 || job.GetProperty("state").GetString() == "FAILED");
        Assert.StartsWith("The rows are in neither tier.", waiting.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("""[{"n":0}]""", (await gateway.DataAsync("query ($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = OfDay(day) }))
            .GetProperty("federatedQuery").GetProperty("data").GetRawText());

        // It waits in nobody's place.
        await VerificationAsync(gateway);
        var cancelled = (await gateway.DataAsync("mutation ($id: UUID!) { cancelJob(id: $id) { state } }", new { id = started.GetProperty("id").GetString() })).GetProperty("cancelJob");
        Assert.Equal("CANCELLED", cancelled.GetProperty("state").GetString());
    }

    private static string OfDay(DateTime day) =>
        string.Create(CultureInfo.InvariantCulture, $"SELECT count(id) AS n FROM visits WHERE seen >= '{day:yyyy-MM-dd} 00:00:00' AND seen < '{day.AddDays(1):yyyy-MM-dd} 00:00:00'");

    private static async Task<JsonElement> ExplainAsync(GatewayProcess gateway, string sql) => (await gateway.DataAsync(
        "query ($sql: String!) { explainQuery(query: $sql) { dataSource filesTotal filesToRead bytesToRead } }", new { sql })).GetProperty("explainQuery");

    private static async Task<JsonElement> ErrorAsync(GatewayProcess gateway, string document, object? variables = null) =>
        Assert.Single((await gateway.QueryAsync(document, variables)).GetProperty("errors").EnumerateArray());

    private static async Task<JsonElement> UntilAsync(GatewayProcess gateway, JsonElement job, Func<JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var now = (await gateway.DataAsync("query ($id: UUID!) { job(id: $id) { state progress message } }", new { id = job.GetProperty("id").GetString() })).GetProperty("job");
            if (isSo(now))
            {
                return now;
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
