using System.Text.Json;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>The live tails of two gateways on one PostgreSQL.</summary>
public sealed class LogTailReplicaTests(PostgresFixture postgres, S3Server s3) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>, IDisposable
{
    private readonly TemporaryFolder[] _folders = [new(), new()];

    public void Dispose() => Array.ForEach(_folders, folder => folder.Dispose());

    [S3Fact]
    public async Task LogTail_TwoReplicasAndALostConnection_EachSeesWhatTheOtherTakesIn()
    {
        var database = await postgres.CreateDatabaseAsync("tails");
        var settings = GatewaySettings.Over(database, s3.SettingsFor(await s3.CreateBucketAsync()));
        await using var first = new GatewayProcess(_folders[0].FullPath, settings);
        await using var second = new GatewayProcess(_folders[1].FullPath, settings);
        await first.StartAsync();
        await second.StartAsync();
        await using var one = await TailStream.OpenAsync(first);
        await using var other = await EventStream.OpenAsync(second, "subscription { logTail { cursor node { message } } }");
        await IngestAsync(first, "from the first");
        Assert.Equal("from the first", (await one.NextAsync()).Data.GetProperty("message").GetString());
        Assert.Equal("from the first", MessageOf(await other.NextAsync()));

        await using (var source = NpgsqlDataSource.Create(database))
        {
            await using var cut = source.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await cut.ExecuteNonQueryAsync();
        }

        for (var i = 0; i < 20; i++)
        {
            await IngestAsync(i % 2 == 0 ? second : first, $"{i}");
            Assert.Equal($"{i}", (await one.NextAsync()).Data.GetProperty("message").GetString());
            Assert.Equal($"{i}", MessageOf(await other.NextAsync()));
        }
    }

    private static Task IngestAsync(GatewayProcess gateway, string message) => gateway.DataAsync(
        "mutation ($message: String!) { ingestLogs(input: [{ message: $message }]) { accepted } }", new { message });

    private static string? MessageOf(JsonElement? result) => result?.GetProperty("data").GetProperty("logTail").GetProperty("node").GetProperty("message").GetString();
}
