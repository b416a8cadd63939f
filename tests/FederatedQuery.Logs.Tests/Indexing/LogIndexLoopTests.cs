using FederatedQuery.Logs.Indexing;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Testing;

namespace FederatedQuery.Logs.Tests.Indexing;

public class LogIndexLoopTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string IndexedPartitions =
        """
        SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
        WHERE x.indisvalid AND c.relname LIKE 'logs\_p%' AND x.indexrelid::regclass::text ~ '_(time|resource|trace|workflow|user|id|words)$'
        """;

    [Fact]
    public async Task RunOnceAsync_ClosedDay_GetsEveryIndexOnce_AndTheOpenOneNone()
    {
        await using var scene = await LogsScene.StartAsync(postgres);
        await FillAsync(scene, 0, 3);

        var built = await scene.Get<LogIndexLoop>().RunOnceAsync(CancellationToken.None);
        var again = await scene.Get<LogIndexLoop>().RunOnceAsync(CancellationToken.None);
        await FillAsync(scene, 3);

        Assert.Equal(LogIndexes.OnClose.Count, built);
        Assert.Equal(0, again);
        Assert.Equal(LogIndexes.OnClose.Count, await scene.ScalarAsync<long>(IndexedPartitions));
        Assert.Equal(3, (await scene.MessagesAsync()).Count);
    }

    [Fact]
    public async Task RunOnceAsync_IndexThatAKilledBuildLeft_IsBuiltAnew()
    {
        await using var scene = await LogsScene.StartAsync(postgres);
        await FillAsync(scene, 3);
        await scene.Get<LogIndexLoop>().RunOnceAsync(CancellationToken.None);
        await scene.ExecuteAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text LIKE '%\\_trace'");

        var built = await scene.Get<LogIndexLoop>().RunOnceAsync(CancellationToken.None);

        Assert.Equal(1, built);
        Assert.Equal(LogIndexes.OnClose.Count, await scene.ScalarAsync<long>(IndexedPartitions));
    }

    [Fact]
    public async Task RunOnceAsync_AnotherProcessAtIt_DoesNothing()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        using var folder = new TemporaryFolder();
        await using var first = await LogsScene.StartAsync(settings, folder, ownsFolder: false);
        await FillAsync(first, 3);
        await using (var right = await Hot.Control.SessionLock.TryAcquireAsync(first.Postgres, "federated-query log indexes", CancellationToken.None))
        {
            Assert.NotNull(right);
            Assert.Null(await first.Get<LogIndexLoop>().RunOnceAsync(CancellationToken.None));
        }

        Assert.Equal(LogIndexes.OnClose.Count, await first.Get<LogIndexLoop>().RunOnceAsync(CancellationToken.None));
    }

    private static async Task FillAsync(LogsScene scene, params int[] daysAgo)
    {
        using var batch = scene.Ingest.CreateBatch();
        foreach (var days in daysAgo)
        {
            batch.BeginRecord();
            batch.Text(LogField.Message, "some words"u8);
            batch.Text(LogField.TraceId, new string('t', 1024).Select(c => (byte)c).ToArray());
            batch.Timestamp(DateTimeOffset.UtcNow.AddDays(-days).ToUnixTimeMilliseconds() * 1000);
            Assert.True(batch.TryEndRecord(out _));
        }

        await scene.Ingest.AppendAsync(batch, CancellationToken.None);
        await scene.StoredAsync();
    }
}
