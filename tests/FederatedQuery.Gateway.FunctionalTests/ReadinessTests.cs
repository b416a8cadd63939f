using System.Net;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>Readiness is more than a ping: it reads cold rows.</summary>
public class ReadinessTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ready_ColdFileThatIsGone_IsNamedUntilItIsBack()
    {
        using var folder = new DataFolder();
        var rows = folder.WriteFile("rows.csv", "id,at\n1,2024-01-01 00:00:00\n2,2024-01-01 01:00:00\n");
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();
        var (status, parts) = await AskAsync(gateway);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.All(new[] { "postgres", "catalog", "duckdb", "objectStore", "coldRead" }, part => Assert.Equal("up", parts.GetProperty(part).GetProperty("status").GetString()));

        var (exitCode, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "at", "--primary-key", "id", "--cold-only", rows);
        Assert.True(exitCode == 0, output);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder.FullPath, "warehouse"), "*.parquet", SearchOption.AllDirectories));
        File.Move(file, file + ".away");
        parts = await WaitAsync(gateway, HttpStatusCode.ServiceUnavailable);

        Assert.Equal("up", parts.GetProperty("catalog").GetProperty("status").GetString());
        Assert.All(new[] { "objectStore", "coldRead" }, part => Assert.Equal("down", parts.GetProperty(part).GetProperty("status").GetString()));
        Assert.Contains(Path.GetFileName(file), parts.GetProperty("objectStore").GetProperty("error").GetString(), StringComparison.Ordinal);

        File.Move(file + ".away", file);
        await WaitAsync(gateway, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_AnotherGatewaysWarehouse_SaysWhatIsWrong()
    {
        using var first = new DataFolder();
        using var second = new DataFolder();
        var settings = GatewaySettings.Over(await postgres.CreateDatabaseAsync("warehouses"));
        await using (var gateway = new GatewayProcess(first.FullPath, settings))
        {
            await gateway.StartAsync();
        }

        await using var other = new GatewayProcess(second.FullPath, settings);
        await other.StartUnreadyAsync();
        var parts = await WaitAsync(other, HttpStatusCode.ServiceUnavailable);

        const string Why = "Gateways that share a PostgreSQL share one catalog, and need one warehouse";
        Assert.Contains(Why, parts.GetProperty("objectStore").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains(Why, other.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> WaitAsync(GatewayProcess gateway, HttpStatusCode wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (status, parts) = await AskAsync(gateway);
            if (status == wanted && (wanted == HttpStatusCode.OK || parts.EnumerateObject().Count(part => part.Value.GetProperty("status").GetString() == "down") == 2))
            {
                return parts;
            }

            await Task.Delay(200, patience.Token);
        }
    }

    private static async Task<(HttpStatusCode Status, JsonElement Parts)> AskAsync(GatewayProcess gateway)
    {
        using var response = await gateway.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("parts"));
    }
}
