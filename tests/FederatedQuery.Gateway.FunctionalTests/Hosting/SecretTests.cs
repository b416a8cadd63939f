using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using FederatedQuery.Hot.Embedded;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Hosting;

/// <summary>A gateway whose way to PostgreSQL is in a secret that is rotated while it runs.</summary>
public sealed class SecretTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DataFolder _server = new();
    private readonly DataFolder _gateway = new();

    public void Dispose()
    {
        _server.Dispose();
        _gateway.Dispose();
    }

    [Fact]
    public async Task Rotation_WhileTheGatewayRuns_IsTakenUpWhenPostgresRefusesThePassword()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = _server.FullPath, Durable = false }, logger: null, TimeProvider.System, CancellationToken.None);
        await RequirePasswordsAsync(postgres);
        await ExecuteAsync(postgres, "CREATE ROLE app LOGIN CREATEROLE PASSWORD 'hunter2'");
        await ExecuteAsync(postgres, "CREATE DATABASE lake OWNER app");
        await using var secrets = await SecretsManagerServer.StartAsync();
        secrets.Text = Secret(postgres, "hunter2");
        var isAway = true;
        secrets.Before = async context =>
        {
            var refuses = Volatile.Read(ref isAway);
            if (refuses)
            {
                await SecretsManagerServer.RefuseAsync(context, 503, "InternalServiceError", "later");
            }

            return refuses;
        };
        await using var gateway = new GatewayProcess(_gateway.FullPath, new Dictionary<string, string>(secrets.Environment)
        {
            ["POSTGRES_QUERY_USER"] = "app_query",
            ["POSTGRES_SSL_MODE"] = "disable",
            ["POSTGRES_PASSWORD"] = "of-the-environment",
            ["MAINTENANCE_ENABLED"] = "false",
        });

        // It listens, and says what it waits for.
        gateway.Begin();
        await UntilAsync(gateway, async () => (await HealthAsync(gateway)).Contains(
            """{"status":"starting","parts":{"secret":{"status":"down","milliseconds":0,"error":"AWS Secrets Manager at """, StringComparison.Ordinal));
        using (var live = await gateway.Client.GetAsync(new Uri("/health/live", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }

        Assert.Equal("STARTING", (await gateway.QueryAsync("{ tables { name } }")).GetProperty("code").GetString());
        Volatile.Write(ref isAway, false);
        await gateway.ReadyAsync();
        Assert.Null(await CodeAsync(gateway));
        Assert.Contains("does not give the secret 'federatedquery/db': 503 InternalServiceError: later. The next attempt is in 0.2 s.", gateway.Output, StringComparison.Ordinal);
        var (configured, config) = await gateway.RunAsync("config");
        Assert.True(configured == 0, config);
        Assert.Matches(@"(?m)^POSTGRES_PASSWORD=\*{8} +# secret federatedquery/db\r?$", config);
        Assert.Matches(@"(?m)^POSTGRES_USER=app +# secret federatedquery/db\r?$", config);

        // Neither asks for the secret: it is not there for them.
        var asked = secrets.Count;
        Assert.Equal(0, (await gateway.RunAsync("health")).ExitCode);
        Assert.Equal(asked, secrets.Count);

        await ExecuteAsync(postgres, "ALTER ROLE app PASSWORD 'hunter3'");
        await ExecuteAsync(postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('app', 'app_query')");
        await UntilAsync(gateway, async () => await CodeAsync(gateway) == "HOT_TIER_UNAVAILABLE" && secrets.Count > asked);
        secrets.Text = Secret(postgres, "hunter3");
        await UntilAsync(gateway, async () => await CodeAsync(gateway) is null);

        // The log is written beside the answers.
        await UntilAsync(gateway, () => Task.FromResult(gateway.Output.Contains("POSTGRES_PASSWORD has changed in 'secret federatedquery/db' and was taken up", StringComparison.Ordinal)));
        secrets.Text = "hunter4";
        await ExecuteAsync(postgres, "ALTER ROLE app PASSWORD 'hunter4'");
        await ExecuteAsync(postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('app', 'app_query')");
        await UntilAsync(gateway, async () =>
        {
            await CodeAsync(gateway);
            return gateway.Output.Contains("The secret 'federatedquery/db' (AWS_SECRET_NAME) is not JSON (line 1, byte 1).", StringComparison.Ordinal);
        });
        Assert.DoesNotContain("hunter", gateway.Output, StringComparison.Ordinal);

        // Loops say what they wait for in a line.
        Assert.Matches("\"Message\":\"Looking for [a-z ]+ is put off, and tried again until it succeeds: PostgreSQL refuses the login: password authentication failed for user", gateway.Output);
        Assert.DoesNotContain("\"Exception\":", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecretThatIsNotThere_EndsWithOneLine()
    {
        await using var secrets = await SecretsManagerServer.StartAsync();
        await using var gateway = new GatewayProcess(_gateway.FullPath, new Dictionary<string, string>(secrets.Environment) { ["AWS_SECRET_NAME"] = "other" });

        var (exitCode, output) = await gateway.RunAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal("AWS_SECRET_NAME is 'other', and there is no such secret in eu-central-1: Secrets Manager can't find the specified secret.", output.Trim());
    }

    private static string Secret(EmbeddedPostgres postgres, string password)
    {
        var connection = postgres.ConnectionTo("lake");
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["engine"] = "postgres",
            ["host"] = connection.Host,
            ["port"] = connection.Port,
            ["dbname"] = "lake",
            ["username"] = "app",
            ["password"] = password,
        });
    }

    /// <summary>The superuser still gets in without.</summary>
    private static async Task RequirePasswordsAsync(EmbeddedPostgres postgres)
    {
        var file = await ExecuteAsync(postgres, "SHOW hba_file");
        var superuser = postgres.ConnectionTo("postgres").Username;
        await File.WriteAllTextAsync(file!, string.Create(CultureInfo.InvariantCulture, $"local all {superuser} trust\nlocal all all scram-sha-256\n"));
        await ExecuteAsync(postgres, "SELECT pg_reload_conf()");
    }

    private static async Task<string?> ExecuteAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionTo("postgres").ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }

    /// <summary>Asks what takes connections of both roles.</summary>
    private static async Task<string?> CodeAsync(GatewayProcess gateway)
    {
        var answer = await gateway.QueryAsync("""{ tables { name } postgresQuery(query: "SELECT 1 AS one") { data } }""");
        return answer.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
    }

    private static async Task<string> HealthAsync(GatewayProcess gateway)
    {
        try
        {
            using var response = await gateway.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return ""; // not listening yet
        }
    }

    private static async Task UntilAsync(GatewayProcess gateway, Func<Task<bool>> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, gateway.Output[^Math.Min(4_000, gateway.Output.Length)..]);
            await Task.Delay(200);
        }
    }
}
