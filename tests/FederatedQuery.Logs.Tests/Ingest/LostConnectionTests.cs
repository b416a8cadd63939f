using System.Collections.Concurrent;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Logs.Tests.Ingest;

public class LostConnectionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Among the cut connections are those whose COMMIT is under way: whether it has happened or not, each record is there once.</summary>
    [Fact]
    public async Task AppendAsync_WhileConnectionsAreCut_StoresEachAcknowledgedRecordOnce()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        await using var scene = await LogsScene.StartAsync(settings, new TemporaryFolder(), ownsFolder: true, options =>
        {
            options.BatchDelay = TimeSpan.FromMilliseconds(1);
            options.BatchRows = 20;
        });
        var acknowledged = new ConcurrentBag<string>();
        using var ending = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; !ending.IsCancellationRequested; i++)
            {
                await scene.AppendAsync($"{sender}-{i}");
                acknowledged.Add($"{sender}-{i}");
                await Task.Delay(1);
            }
        })).ToArray();

        await using (var killer = new NpgsqlConnection(settings.ConnectionString))
        {
            await killer.OpenAsync();
            var random = new Random(3);
            for (var cut = 0; cut < 25; cut++)
            {
                await Task.Delay(random.Next(5, 60));
                await using var kill = new NpgsqlCommand(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", killer);
                await kill.ExecuteScalarAsync();
            }
        }

        await ending.CancelAsync();
        await Task.WhenAll(senders);
        await scene.StoredAsync();

        // A pooled connection may have been among the cut ones.
        scene.Postgres.Clear();
        Assert.NotEmpty(acknowledged);
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), await scene.MessagesAsync());
    }
}
