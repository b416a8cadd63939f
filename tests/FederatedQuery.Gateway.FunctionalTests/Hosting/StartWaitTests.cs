using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.FunctionalTests.Hosting;

/// <summary>Gateways that start before their database does, or all at once.</summary>
public sealed class StartWaitTests(PostgresFixture postgres, S3Server s3) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DataFolder[] _folders = [new(), new(), new()];

    public void Dispose() => Array.ForEach(_folders, folder => folder.Dispose());

    [Fact]
    public async Task Start_BeforePostgres_SaysSoAndBeginsOnceItIsThere()
    {
        var database = await postgres.CreateDatabaseAsync("late");
        var sockets = Path.Combine(_folders[0].FullPath, "sockets");
        Directory.CreateDirectory(sockets);
        var settings = GatewaySettings.Over(database, new Dictionary<string, string> { ["POSTGRES_HOST"] = sockets });
        await using var gateway = new GatewayProcess(_folders[0].FullPath, settings);

        gateway.Begin();
        var health = await WaitingAsync(gateway);
        using var live = await gateway.Client.GetAsync(new Uri("/health/live", UriKind.Relative));
        using var query = await gateway.Client.PostAsJsonAsync("/graphql", new { query = "{ tables { name } }" });

        Assert.Equal("starting", health.GetProperty("status").GetString());
        Assert.StartsWith(
            $"PostgreSQL at '{sockets}', port {database.Port} does not take connections yet: ",
            health.GetProperty("parts").GetProperty("postgres").GetProperty("error").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (query.StatusCode, query.Headers.RetryAfter is not null));
        Assert.Equal("STARTING", (await query.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Contains("the next attempt is in", gateway.Output, StringComparison.Ordinal);

        var socket = string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{database.Port}");
        File.CreateSymbolicLink(Path.Combine(sockets, socket), Path.Combine(database.Host!, socket));
        await gateway.ReadyAsync();
        Assert.NotEqual(JsonValueKind.Undefined, (await gateway.DataAsync("{ tables { name } }")).ValueKind);
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Start_PostgresThatNeverComes_EndsWithWhatToLookAt()
    {
        await using var gateway = new GatewayProcess(_folders[0].FullPath, new Dictionary<string, string>
        {
            ["POSTGRES_HOST"] = _folders[0].FullPath,
            ["POSTGRES_DATABASE"] = "d",
            ["POSTGRES_USER"] = "u",
            ["POSTGRES_QUERY_USER"] = "q",
            ["STARTUP_TIMEOUT"] = "1",
        });

        var (exitCode, output) = await gateway.RunAsync();

        Assert.Equal(1, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), line => line[0] != '{');
        Assert.Contains("could not be reached as 'u'", line, StringComparison.Ordinal);
        Assert.Contains("Check POSTGRES_HOST", line, StringComparison.Ordinal);
    }

    [S3Fact]
    public async Task Start_ThreeAtOnceOnAnEmptyDatabase_AllBecomeReadyAndMigrateOnce()
    {
        var database = await postgres.CreateDatabaseAsync("three");
        var settings = GatewaySettings.Over(database, s3.SettingsFor(await s3.CreateBucketAsync()));
        var gateways = _folders.Select(folder => new GatewayProcess(folder.FullPath, settings)).ToList();
        try
        {
            await Task.WhenAll(gateways.Select(gateway => gateway.StartAsync()));

            foreach (var gateway in gateways)
            {
                var tables = (await gateway.DataAsync("{ tables { name } }")).GetProperty("tables");
                Assert.Contains(tables.EnumerateArray(), table => table.GetProperty("name").GetString() == "logs");
            }

            var migrated = gateways.Sum(gateway => gateway.Output.Split("\"EventId\":3052,").Length - 1);
            Assert.Equal(1, migrated);
        }
        finally
        {
            await Task.WhenAll(gateways.Select(gateway => gateway.DisposeAsync().AsTask()));
        }
    }

    private static async Task<JsonElement> WaitingAsync(GatewayProcess gateway)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await gateway.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                var health = await response.Content.ReadFromJsonAsync<JsonElement>();
                if (health.GetProperty("parts").TryGetProperty("postgres", out _))
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                    return health;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, gateway.Output);
            await Task.Delay(50);
        }
    }
}
