using System.Diagnostics;
using System.Globalization;
using FederatedQuery.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace FederatedQuery.Gateway.FunctionalTests.Logs.Kills;

/// <summary>
/// kill -9 of the gateway and of PostgreSQL's postmaster while single log records come in on 50 connections: what was acknowledged is stored once, and who tails meanwhile
/// gets what is stored, once. <c>tests/log-kills.sh</c> does it 30 times (LOG_KILLS, LOG_KILLS_SEED).
/// </summary>
public sealed class LogKillsTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 50;
    private const int RecordsPerSecond = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DataFolder _server = new();
    private readonly DataFolder _home = new();

    private static int Kills => TestVariables.Count("LOG_KILLS", 4);

    public void Dispose()
    {
        _server.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Ingest_GatewayAndPostgresKilledAtRandomMoments_EachAcknowledgedRecordIsStoredAndTailedOnce()
    {
        var seed = (int)TestVariables.Seed("LOG_KILLS_SEED");
        output.WriteLine($"LOG_KILLS={Kills} LOG_KILLS_SEED={seed}");
        await using var postgres = await KilledPostgres.StartAsync(_server.FullPath);
        await using var gateway = new GatewayProcess(_home.FullPath, GatewaySettings.Over(postgres.Connection));
        await gateway.StartAsync();
        var senders = new LogSenders(gateway.Client.BaseAddress!, Connections, RecordsPerSecond);
        var follower = new TailFollower(gateway);
        using var ending = new CancellationTokenSource();
        using var unfollow = new CancellationTokenSource();
        var following = follower.RunAsync(unfollow.Token);
        // From its first record on it knows where it is.
        await UntilAsync(() => follower.Subscriptions > 0);
        await senders.SendFirstAsync();
        await UntilAsync(() => follower.Count > 0);
        var started = Stopwatch.GetTimestamp();
        var sending = senders.RunAsync(ending.Token);
        var killed = await KillAsync(new Random(seed), gateway, postgres);
        await ending.CancelAsync();
        await sending;
        var elapsed = Stopwatch.GetElapsedTime(started);

        var stored = await StoredAsync(gateway, postgres.Connection);
        await UntilAsync(() => follower.Count >= stored.Count);
        await unfollow.CancelAsync();
        await following;
        var acknowledged = senders.Acknowledged.ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds:0.0} s: gateway killed {killed.Gateway} times, PostgreSQL {killed.Postgres} times; {acknowledged.Count} records acknowledged, {stored.Count} stored, {senders.Refused} refused, {senders.Broken} without an answer; tailed {follower.Count} in {follower.Subscriptions} subscriptions"));

        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(stored.Keys).Take(10));
        Assert.Empty(stored.Where(row => row.Value != 1).Take(10));
        Assert.Empty(stored.Keys.Where(message => !senders.HasSent(message)).Take(10));
        Assert.Empty(stored.Keys.Except(follower.Seen.Keys).Take(10));
        Assert.Empty(follower.Seen.Where(seen => seen.Value != 1).Take(10));
    }

    private async Task<(int Gateway, int Postgres)> KillAsync(Random random, GatewayProcess gateway, KilledPostgres postgres)
    {
        var (gateways, servers) = (0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(100, 1_500));
            // The first two are one of each, so that no run goes without.
            var what = kill < 2 ? kill : random.Next(3);
            if (what != 0)
            {
                await postgres.KillAsync();
                servers++;
                await Task.Delay(random.Next(0, 700));
            }

            if (what != 1)
            {
                await gateway.KillAsync();
                gateways++;
            }

            if (what != 0)
            {
                await postgres.StartAgainAsync();
            }

            if (what != 1)
            {
                await gateway.StartAsync();
            }
        }

        return (gateways, servers);
    }

    /// <summary>How often each message is stored, when all is.</summary>
    private static async Task<Dictionary<string, long>> StoredAsync(GatewayProcess gateway, NpgsqlConnectionStringBuilder settings)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await gateway.DataAsync("{ ingestStatus { queuedRecords } }")).GetProperty("ingestStatus").GetProperty("queuedRecords").GetInt64() is var queued and > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{queued} records do not get stored:\n{gateway.Output}");
            await Task.Delay(50);
        }

        var stored = new Dictionary<string, long>();
        await using var source = NpgsqlDataSource.Create(settings);
        await using var command = source.CreateCommand("SELECT message, count(*) FROM logs GROUP BY message");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            stored.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return stored;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo() && Stopwatch.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(20);
        }
    }
}
