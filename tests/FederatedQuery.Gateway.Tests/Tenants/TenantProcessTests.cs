using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Tenants;

/// <summary>Tenants on servers of the gateway's own, from the command line's keys to the end of the process.</summary>
public sealed class TenantProcessTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Process_OfEmbeddedServers_ServesKeysOfTheCommandLineAndDrains()
    {
        using var folder = new DataFolder();
        Directory.CreateDirectory(Path.Combine(folder.FullPath, "tenants.d"));
        foreach (var tenant in new[] { "acme", "beta" })
        {
            folder.WriteFile($"tenants.d/{tenant}.yaml", "auth_mode: apikey\n");
        }

        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d", ["HOST"] = "127.0.0.1", ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();
        Assert.True(Directory.Exists(Path.Combine(folder.FullPath, "tenants", "acme", "postgres")));
        Assert.True(Directory.Exists(Path.Combine(folder.FullPath, "tenants", "beta", "postgres")));

        var key = await CreateKeyAsync(folder, "--tenant", "acme");
        var (refused, why) = await RunAsync(folder, "key", "list");
        Assert.NotEqual(0, refused);
        Assert.Contains("--tenant is not given; with TENANTS_DIRECTORY it must be one of acme, beta.", why, StringComparison.Ordinal);
        Assert.Contains("There is no tenant 'gamma'; TENANTS_DIRECTORY has 'acme', 'beta'.", (await RunAsync(folder, "key", "list", "--tenant", "gamma")).Output, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Accepted, await ShipAsync(gateway, key, "/logs"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ShipAsync(gateway, key, "/logs?tenant=beta"));

        Assert.Equal(0, (await gateway.RunAsync("health")).ExitCode);

        Assert.Equal(0, await gateway.StopAsync());
        // The process has stopped, and each of its tenants before.
        Assert.Equal(3, gateway.Output.Split('\n').Count(line => line.Contains("All services have stopped", StringComparison.Ordinal)));
        Assert.All(new[] { "acme", "beta" }, tenant => Assert.Contains(
            gateway.Output.Split('\n'), line => line.Contains("All services have stopped", StringComparison.Ordinal) && line.Contains($"\"Tenant\":\"{tenant}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Process_OfOneDatabaseUnderTwoHosts_DoesNotStart()
    {
        using var folder = new DataFolder();
        Directory.CreateDirectory(Path.Combine(folder.FullPath, "tenants.d"));
        var database = await postgres.CreateDatabaseAsync("shared");
        var alias = Path.Combine(folder.FullPath, "alias");
        Directory.CreateSymbolicLink(alias, database.Host!);
        folder.WriteFile("tenants.d/acme.json", JsonSerializer.Serialize(GatewaySettings.Over(database)));
        folder.WriteFile("tenants.d/beta.json", JsonSerializer.Serialize(GatewaySettings.Over(database, new Dictionary<string, string> { ["POSTGRES_HOST"] = alias })));
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d", ["AUTH_MODE"] = "apikey", ["HOST"] = "127.0.0.1" });

        var (exitCode, output) = await gateway.RunAsync();

        Assert.NotEqual(0, exitCode);
        Assert.Matches("Tenant '(acme|beta)': Its PostgreSQL database is that of tenant '(acme|beta)' under another POSTGRES_HOST or POSTGRES_PORT", output);
    }

    [Fact]
    public async Task Process_OfWrongSettings_SaysWhichOfWhom()
    {
        using var folder = new DataFolder();
        Directory.CreateDirectory(Path.Combine(folder.FullPath, "tenants.d"));
        folder.WriteFile("tenants.d/acme.yaml", "auth_mode: apikey\nquery_timeout: soon\n");
        folder.WriteFile("tenants.d/beta.json", "{}");
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d" });

        var (exitCode, output) = await gateway.RunAsync();

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Tenant 'acme': QUERY_TIMEOUT is 'soon'; it must be a whole number", output, StringComparison.Ordinal);
        Assert.Contains("Tenant 'beta': AUTH_MODE is 'none'; it must be apikey or jwt", output, StringComparison.Ordinal);
    }

    private static async Task<string> CreateKeyAsync(DataFolder folder, params string[] tenant)
    {
        var (exitCode, output) = await RunAsync(folder, ["key", "create", "--role", "writer", .. tenant]);
        Assert.True(exitCode == 0, output);
        return output.Split('\n', StringSplitOptions.TrimEntries).Last(line => line.StartsWith("fq_", StringComparison.Ordinal));
    }

    /// <summary>A command beside the gateway.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(DataFolder folder, params string[] arguments)
    {
        await using var command = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d" });
        return await command.RunAsync(arguments);
    }

    private static async Task<HttpStatusCode> ShipAsync(GatewayProcess gateway, string key, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("""[{"message":"from a shipper"}]""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("shipper:" + key)));
        using var response = await gateway.Client.SendAsync(request);
        return response.StatusCode;
    }
}
