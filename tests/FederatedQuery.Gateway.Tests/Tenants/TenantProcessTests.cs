using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FederatedQuery.Gateway.Tests.Access;
using FederatedQuery.Testing;
using Npgsql;

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
    public async Task Process_OfOneDatabaseUnderTwoHosts_ServesNeitherUntilOneIsGone()
    {
        using var folder = new DataFolder();
        Directory.CreateDirectory(Path.Combine(folder.FullPath, "tenants.d"));
        var database = await postgres.CreateDatabaseAsync("shared");
        var alias = Path.Combine(folder.FullPath, "alias");
        Directory.CreateSymbolicLink(alias, database.Host!);
        folder.WriteFile("tenants.d/acme.json", JsonSerializer.Serialize(GatewaySettings.Over(database)));
        var second = folder.WriteFile("tenants.d/beta.json", JsonSerializer.Serialize(GatewaySettings.Over(database, new Dictionary<string, string> { ["POSTGRES_HOST"] = alias })));
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d", ["AUTH_MODE"] = "apikey", ["HOST"] = "127.0.0.1" });

        gateway.Begin();
        var health = await HealthAsync(gateway, health => health.GetProperty("status").GetString() == "down" && Why(health, "acme").Length > 0 && Why(health, "beta").Length > 0);
        Assert.All(
            new[] { ("acme", "beta"), ("beta", "acme") },
            pair => Assert.Equal($"Its PostgreSQL database is that of tenant '{pair.Item2}' under another POSTGRES_HOST or POSTGRES_PORT; each tenant must have a database of its own. Neither is served.", Why(health, pair.Item1)));

        File.Delete(second);
        await HealthAsync(gateway, health => health.GetProperty("status").GetString() == "up" && health.GetProperty("tenants").EnumerateObject().Single().Name == "acme");

        static string Why(JsonElement health, string tenant) =>
            health.GetProperty("tenants").GetProperty(tenant).GetProperty("parts").TryGetProperty("start", out var start) ? start.GetProperty("error").GetString()! : "";
    }

    [Fact]
    public async Task Process_TenantsThatAreAwayComeAndGo_ServesTheOthersAllTheWhile()
    {
        using var folder = new DataFolder();
        Directory.CreateDirectory(Path.Combine(folder.FullPath, "tenants.d"));
        var databases = new Dictionary<string, NpgsqlConnectionStringBuilder>();
        foreach (var tenant in new[] { "acme", "beta", "gamma" })
        {
            databases[tenant] = await postgres.CreateDatabaseAsync(tenant);
        }

        var sockets = Directory.CreateDirectory(Path.Combine(folder.FullPath, "sockets")).FullName;
        folder.WriteFile("tenants.d/acme.json", JsonSerializer.Serialize(GatewaySettings.Over(databases["acme"])));
        folder.WriteFile("tenants.d/beta.json", JsonSerializer.Serialize(GatewaySettings.Over(databases["beta"], new Dictionary<string, string> { ["POSTGRES_HOST"] = sockets })));
        await using var gateway = new GatewayProcess(
            folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d", ["AUTH_MODE"] = "apikey", ["HOST"] = "127.0.0.1", ["STARTUP_TIMEOUT"] = "1", ["CACHE_MAX_BYTES"] = "100000000" });

        // Beta's PostgreSQL is not there.
        gateway.Begin();
        var health = await HealthAsync(gateway, health => health.GetProperty("status").GetString() == "degraded");
        Assert.StartsWith(
            $"PostgreSQL at '{sockets}', port {databases["beta"].Port} does not take connections yet: ",
            health.GetProperty("tenants").GetProperty("beta").GetProperty("parts").GetProperty("postgres").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await gateway.RunAsync("health")).ExitCode);
        var acme = await KeyAsync("acme");
        Assert.Equal(HttpStatusCode.Accepted, await ShipAsync(gateway, acme, "/logs"));
        foreach (var (path, code) in new[] { ("/logs?tenant=beta", (Func<JsonElement, JsonElement>)(body => body.GetProperty("code"))), ("/graphql?tenant=beta", body => body.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code")) })
        {
            using var refused = await gateway.Client.PostAsync(path, new StringContent("{\"query\":\"{ tables { name } }\"}", Encoding.UTF8, "application/json"));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (refused.StatusCode, refused.Headers.RetryAfter is not null));
            Assert.Equal("TENANT_UNAVAILABLE", code(JsonElement.Parse(await refused.Content.ReadAsStringAsync())).GetString());
        }

        using var one = await gateway.Client.GetAsync(new Uri("/health/ready?tenant=beta", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, one.StatusCode);
        Assert.Contains("does not take connections yet", await one.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // Whose an unknown key is, beta might know.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ShipAsync(gateway, "fq_0000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/logs"));

        // It comes.
        var socket = string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{databases["beta"].Port}");
        File.CreateSymbolicLink(Path.Combine(sockets, socket), Path.Combine(databases["beta"].Host!, socket));
        await HealthAsync(gateway, health => health.GetProperty("status").GetString() == "up");
        Assert.Equal(HttpStatusCode.Accepted, await ShipAsync(gateway, await KeyAsync("beta"), "/logs"));

        // A file that is wrong is named, and changes nothing; put right, it is a tenant.
        var wrong = folder.WriteFile("tenants.d/gamma.json", JsonSerializer.Serialize(GatewaySettings.Over(databases["gamma"], new Dictionary<string, string> { ["QUERY_TIMEOUT"] = "soon" })));
        await SaidAsync(gateway, "gamma.json' is wrong, and changes nothing: Tenant 'gamma': QUERY_TIMEOUT is 'soon'; it must be");
        Assert.Equal(HttpStatusCode.NotFound, await ShipAsync(gateway, acme, "/logs?tenant=gamma"));
        File.WriteAllText(wrong, JsonSerializer.Serialize(GatewaySettings.Over(databases["gamma"])));
        await SaidAsync(gateway, "Tenant 'gamma' is served");
        var gamma = await KeyAsync("gamma");
        Assert.Equal(HttpStatusCode.Accepted, await ShipAsync(gateway, gamma, "/logs"));

        // What its file says otherwise is taken up by a start of its own.
        File.WriteAllText(wrong, JsonSerializer.Serialize(GatewaySettings.Over(databases["gamma"], new Dictionary<string, string> { ["QUERY_TIMEOUT"] = "17" })));
        await SaidAsync(gateway, "The settings of tenant 'gamma' have changed, and it is started again with them: QUERY_TIMEOUT");
        await SaidAsync(gateway, "Tenant 'gamma' is served", times: 2);
        Assert.Equal(HttpStatusCode.Accepted, await ShipAsync(gateway, gamma, "/logs"));

        // Without a file it is drained: what is under way comes to its end.
        using var slow = new TcpClient("127.0.0.1", gateway.Port);
        const string Record = "{\"message\":\"to the end\"}";
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /logs HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {gamma}\r\nContent-Type: application/json\r\nContent-Length: {Record.Length}\r\n\r\n{Record[..5]}"));
        File.Delete(wrong);
        await SaidAsync(gateway, "Tenant 'gamma' has gone with");
        Assert.Equal(HttpStatusCode.NotFound, await ShipAsync(gateway, gamma, "/logs?tenant=gamma"));
        Assert.DoesNotContain("Tenant 'gamma' has been stopped", gateway.Output, StringComparison.Ordinal);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Record[5..]));
        Assert.Equal("HTTP/1.1 202 Accepted", await new StreamReader(slow.GetStream()).ReadLineAsync());
        await SaidAsync(gateway, "Tenant 'gamma' has been stopped");
        Assert.Equal(HttpStatusCode.Unauthorized, await ShipAsync(gateway, gamma, "/logs"));

        Assert.Equal(HttpStatusCode.Accepted, await ShipAsync(gateway, acme, "/logs"));
        Assert.Equal(2, gateway.Output.Split("Tenant 'acme' is served").Length);
        Assert.Equal(0, await gateway.StopAsync());

        async Task<string> KeyAsync(string tenant)
        {
            await using var source = NpgsqlDataSource.Create(databases[tenant]);
            return await TestKeys.AddAsync(source, ["writer", "reader"], tenant);
        }
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

    /// <summary>What the process says of its health, once it is so.</summary>
    private static async Task<JsonElement> HealthAsync(GatewayProcess gateway, Func<JsonElement, bool> isSo)
    {
        JsonElement health = default;
        await TenantsGateway.UntilAsync(async () =>
        {
            try
            {
                health = JsonElement.Parse(await TextAsync(gateway, "/health/ready"));
                return health.TryGetProperty("tenants", out _) && isSo(health);
            }
            catch (HttpRequestException)
            {
                return false; // not listening yet
            }
        });
        return health;
    }

    private static async Task<string> TextAsync(GatewayProcess gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        return await response.Content.ReadAsStringAsync();
    }

    private static Task SaidAsync(GatewayProcess gateway, string text, int times = 1) =>
        TenantsGateway.UntilAsync(() => Task.FromResult(gateway.Output.Split(text).Length > times));

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
