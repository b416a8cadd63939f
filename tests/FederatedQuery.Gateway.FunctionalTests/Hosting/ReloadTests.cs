using System.Diagnostics;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Hosting;

/// <summary>Settings that change while the gateway runs, and the commands that tell of settings and health.</summary>
public sealed class ReloadTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reload_LimitInTheFolder_IsTakenUpAndAWrongOneIsNot()
    {
        var mount = Directory.CreateDirectory(Path.Combine(_folder.FullPath, "mount")).FullName;
        File.WriteAllText(Path.Combine(mount, "MAX_COLD_BYTES_PER_QUERY"), "1000000\n");
        var settings = GatewaySettings.Over(await postgres.CreateDatabaseAsync("reload"), new Dictionary<string, string> { ["CONFIG_DIRECTORY"] = mount });
        await using var gateway = new GatewayProcess(_folder.FullPath, settings);
        var rows = _folder.WriteFile("rows.csv", "id,at\n1,2024-01-01 00:00:00\n2,2024-01-01 01:00:00\n");
        var (loaded, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "at", "--primary-key", "id", "--cold-only", rows);
        Assert.True(loaded == 0, output);
        await gateway.StartAsync();
        Assert.Null(await CodeAsync(gateway));

        File.WriteAllText(Path.Combine(mount, "MAX_COLD_BYTES_PER_QUERY"), "1");
        File.WriteAllText(Path.Combine(mount, "QUERY_TIMEOUT"), "17");
        await WaitAsync(gateway, "MAX_COLD_BYTES_PER_QUERY has changed");
        Assert.Equal("COLD_BYTES_EXCEEDED", await CodeAsync(gateway));
        Assert.Contains($"QUERY_TIMEOUT has changed in '{mount}'; it is taken up when the gateway starts again", gateway.Output, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(mount, "MAX_COLD_BYTES_PER_QUERY"), "1GB");
        await WaitAsync(gateway, "MAX_COLD_BYTES_PER_QUERY is '1GB'");
        Assert.Equal("COLD_BYTES_EXCEEDED", await CodeAsync(gateway));

        File.Delete(Path.Combine(mount, "MAX_COLD_BYTES_PER_QUERY"));
        await WaitAsync(gateway, "MAX_COLD_BYTES_PER_QUERY has changed in 'default'");
        Assert.Null(await CodeAsync(gateway));

        var (exitCode, said) = await gateway.RunAsync("health");
        Assert.True(exitCode == 0, said);
        var (configured, config) = await gateway.RunAsync("config");
        Assert.Equal(0, configured);
        Assert.Matches($@"(?m)^QUERY_TIMEOUT=17 +# {mount}\r?$", config);
    }

    [Fact]
    public async Task Health_NobodyListens_ExitsWithOne()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath);

        var (exitCode, output) = await gateway.RunAsync("health");

        Assert.Equal(1, exitCode);
        Assert.Contains($"no gateway answers on 127.0.0.1, port {gateway.Port}", output, StringComparison.Ordinal);
    }

    private static async Task<string?> CodeAsync(GatewayProcess gateway)
    {
        var answer = await gateway.QueryAsync("""{ federatedQuery(query: "SELECT id FROM events ORDER BY id") { data } }""");
        return answer.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
    }

    private static async Task WaitAsync(GatewayProcess gateway, string line)
    {
        var started = Stopwatch.GetTimestamp();
        while (!gateway.Output.Contains(line, StringComparison.Ordinal))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, gateway.Output);
            await Task.Delay(100);
        }
    }
}
