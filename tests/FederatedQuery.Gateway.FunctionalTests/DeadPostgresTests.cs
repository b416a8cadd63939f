using System.Net;
using System.Text.Json;
using FederatedQuery.Hot.Embedded;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>A PostgreSQL that goes away: errors that say so, and an end to them when it is back.</summary>
public sealed class DeadPostgresTests : IDisposable
{
    private readonly DataFolder _server = new();
    private readonly DataFolder _gatewayFolder = new();

    public void Dispose()
    {
        _server.Dispose();
        _gatewayFolder.Dispose();
    }

    [Fact]
    public async Task Query_WhilePostgresIsDown_FailsAndRecovers()
    {
        var postgres = await StartPostgresAsync();
        var connection = postgres.ConnectionTo("postgres");
        await using var gateway = new GatewayProcess(_gatewayFolder.FullPath, GatewaySettings.Over(connection, new Dictionary<string, string> { ["QUERY_TIMEOUT"] = "5" }));
        await gateway.StartAsync();
        Assert.Equal(1, await OneAsync(gateway));

        await postgres.DisposeAsync();
        var error = Assert.Single((await gateway.QueryAsync("""{ postgresQuery(query: "SELECT 1 AS one") { data } }""")).GetProperty("errors").EnumerateArray());
        Assert.Equal("HOT_TIER_UNAVAILABLE", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains("PostgreSQL", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        var listing = Assert.Single((await gateway.QueryAsync("{ tables { name } }")).GetProperty("errors").EnumerateArray());
        Assert.Equal("HOT_TIER_UNAVAILABLE", listing.GetProperty("extensions").GetProperty("code").GetString());
        await SaidAsync(gateway, "\"Message\":\"Looking for changes of tables is put off");
        var (status, health) = await HealthAsync(gateway);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("down", health.GetProperty("status").GetString());
        Assert.Equal("down", health.GetProperty("parts").GetProperty("postgres").GetProperty("status").GetString());
        Assert.Equal("down", health.GetProperty("parts").GetProperty("catalog").GetProperty("status").GetString());
        Assert.Equal("up", health.GetProperty("parts").GetProperty("duckdb").GetProperty("status").GetString());

        await using var again = await StartPostgresAsync();
        Assert.Equal(1, await OneAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(gateway)).Status);
        await SaidAsync(gateway, "\"Message\":\"Looking for changes of tables succeeds again, after ");

        // Once for each loop that met it, however many rounds it lasted, and without a stack trace.
        Assert.DoesNotContain("\"Exception\":", gateway.Output, StringComparison.Ordinal);
        Assert.Equal(2, gateway.Output.Split("\"Message\":\"Looking for changes of tables is put off, and tried again until it succeeds: PostgreSQL does not answer: ").Length);
    }

    private static async Task SaidAsync(GatewayProcess gateway, string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!gateway.Output.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(100, patience.Token);
        }
    }

    private Task<EmbeddedPostgres> StartPostgresAsync() => EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { DataDirectory = _server.FullPath, Durable = false }, logger: null, TimeProvider.System, CancellationToken.None);

    private static async Task<int> OneAsync(GatewayProcess gateway)
    {
        var data = await gateway.DataAsync("""{ postgresQuery(query: "SELECT 1 AS one") { data } }""");
        return data.GetProperty("postgresQuery").GetProperty("data")[0].GetProperty("one").GetInt32();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Health)> HealthAsync(GatewayProcess gateway)
    {
        using var response = await gateway.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
