using System.Text.Json;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Testing;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Jobs;

namespace FederatedQuery.Logs.Tests.Ingest;

public class LogIngestTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task AppendAsync_RecordWithAllFields_IsStoredAsItWasSent()
    {
        await using var scene = await LogsScene.StartAsync(postgres);
        using var batch = scene.Ingest.CreateBatch();
        var micros = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000) + 123;
        batch.BeginRecord();
        batch.Metadata("""{"a":{"b":[1,null,"ü"]},"a2":1e2}"""u8);
        foreach (var field in Enum.GetValues<LogField>())
        {
            batch.Text(field, System.Text.Encoding.UTF8.GetBytes($"the {field} 😀"));
        }

        batch.Timestamp(micros);
        Assert.True(batch.TryEndRecord(out _));
        batch.BeginRecord();
        batch.Text(LogField.Message, ""u8);
        Assert.True(batch.TryEndRecord(out _));

        await scene.Ingest.AppendAsync(batch, CancellationToken.None);
        await scene.StoredAsync();

        using var rows = await scene.RowsAsync("SELECT *, epoch_us(timestamp) AS micros FROM logs ORDER BY message DESC");
        var full = rows.RootElement[0];
        var bare = rows.RootElement[1];
        Assert.Equal(micros, full.GetProperty("micros").GetInt64());
        Assert.Equal("the Level 😀", full.GetProperty("level").GetString());
        Assert.Equal("the WorkflowNode 😀", full.GetProperty("workflow_node").GetString());
        Assert.Equal("the ParentResourceId 😀", full.GetProperty("parent_resource_id").GetString());
        Assert.Equal("ü", JsonDocument.Parse(full.GetProperty("metadata").ToString()).RootElement.GetProperty("a").GetProperty("b")[2].GetString());
        Assert.Equal("INFO", bare.GetProperty("level").GetString());
        Assert.Equal(JsonValueKind.Null, bare.GetProperty("metadata").ValueKind);
        Assert.Equal(7, bare.GetProperty("id").GetGuid().Version);
    }

    [Fact]
    public async Task AppendAsync_ManyCallers_AreStoredOnceInNumberedBatches()
    {
        await using var scene = await LogsScene.StartAsync(postgres, options => options.BatchRows = 50);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await scene.AppendAsync($"{caller}-{i}");
            }
        })));
        await scene.StoredAsync();

        Assert.Equal(
            Enumerable.Range(0, 40).SelectMany(caller => Enumerable.Range(0, 25).Select(i => $"{caller}-{i}")).Order(StringComparer.Ordinal), await scene.MessagesAsync());
        var batches = await scene.Get<LogBatchStore>().ListAfterAsync(0, 10_000, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, batches.Count).Select(number => (long)number), batches.Select(batch => batch.Number));
        Assert.Equal(1_000, batches.Sum(batch => batch.Rows));
        Assert.Equal(0, batches[0].FirstSequence);
        Assert.All(batches.Zip(batches.Skip(1)), pair => Assert.Equal(pair.First.EndSequence, pair.Second.FirstSequence));
        foreach (var batch in batches)
        {
            Assert.Equal(batch.Rows, await scene.ScalarAsync<long>($"SELECT count(*) FROM logs WHERE id BETWEEN '{batch.FirstId}' AND '{batch.LastId}'"));
        }
    }

    [Fact]
    public async Task StartAsync_AfterRecordsWereLeft_StoresThemOnce()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        using var folder = new TemporaryFolder();
        await using (var first = await LogsScene.StartAsync(settings, folder, ownsFolder: false, options => options.StopTimeout = TimeSpan.Zero))
        {
            // Nothing is stored while another holds the streams' table.
            await using var holder = await first.Postgres.OpenConnectionAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await using var hold = new Npgsql.NpgsqlCommand("LOCK TABLE federated_query.log_streams IN SHARE MODE", holder, transaction);
            await hold.ExecuteNonQueryAsync();
            await first.AppendAsync("a", "b");
            await first.AppendAsync("c");
            Assert.Equal(3, first.Ingest.Status.QueuedRecords);
            await first.Ingest.StopAsync(CancellationToken.None);
        }

        await using var second = await LogsScene.StartAsync(settings, folder, ownsFolder: false);
        await second.AppendAsync("d");
        await second.StoredAsync();

        Assert.Equal(["a", "b", "c", "d"], await second.MessagesAsync());
        Assert.Single(Directory.GetDirectories(folder.File("ingest")));
    }

    [Fact]
    public async Task StartAsync_SeveralProcesses_HaveLogsOfTheirOwn()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        using var folder = new TemporaryFolder();
        await using var first = await LogsScene.StartAsync(settings, folder, ownsFolder: false);
        await using var second = await LogsScene.StartAsync(settings, folder, ownsFolder: false);

        await Task.WhenAll(first.AppendAsync("a", "b"), second.AppendAsync("c"), first.AppendAsync("d"));
        await first.StoredAsync();
        await second.StoredAsync();

        Assert.Equal(["a", "b", "c", "d"], await first.MessagesAsync());
        Assert.Equal(2, await first.ScalarAsync<long>("SELECT count(DISTINCT stream) FROM federated_query.log_batches"));
        Assert.Equal(4, await first.ScalarAsync<long>("SELECT count(DISTINCT id) FROM logs"));
    }

    [Fact]
    public async Task StartAsync_ProcessesThatStartTogether_AllTakeRecords()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        using var folder = new TemporaryFolder();
        var scenes = new List<LogsScene>();
        for (var i = 0; i < 3; i++)
        {
            scenes.Add(await LogsScene.StartAsync(settings, folder, ownsFolder: false, start: false));
        }

        await Task.WhenAll(scenes.Select(scene => scene.Ingest.StartAsync(CancellationToken.None)));

        Assert.All(scenes, scene => Assert.Null(scene.Ingest.Problem));
        foreach (var scene in scenes)
        {
            await scene.AppendAsync("x");
            await scene.StoredAsync();
            await scene.DisposeAsync();
        }
    }

    /// <summary>A new database: what the old one had stored is not looked for, and what it had not is stored.</summary>
    [Fact]
    public async Task StartAsync_OnAnotherDatabase_StoresWhatTheLogHolds()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await LogsScene.StartAsync(await postgres.CreateDatabaseAsync("logs"), folder, ownsFolder: false, options => options.SegmentBytes = 1))
        {
            await first.AppendAsync("a");
            await first.StoredAsync();
            await first.AppendAsync("b");
            await first.StoredAsync();
        }

        await using var second = await LogsScene.StartAsync(await postgres.CreateDatabaseAsync("logs"), folder, ownsFolder: false);
        await second.AppendAsync("c");
        await second.StoredAsync();

        // The segment of "b" was the last one, which stays.
        Assert.Equal(["b", "c"], await second.MessagesAsync());
    }

    [Fact]
    public async Task StartAsync_LogOfADeadProcess_IsStoredByAnother()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        using var folder = new TemporaryFolder();
        var first = await LogsScene.StartAsync(settings, folder, ownsFolder: false);
        await using (var second = await LogsScene.StartAsync(settings, folder, ownsFolder: false))
        {
            await first.AppendAsync("a");
            await second.AppendAsync("b");
            await first.DisposeAsync();
        }

        await using var third = await LogsScene.StartAsync(settings, folder, ownsFolder: false);
        await third.StoredAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Directory.GetDirectories(folder.File("ingest")).Length > 1)
        {
            await Task.Delay(20, timeout.Token);
        }

        Assert.Equal(["a", "b"], await third.MessagesAsync());
    }

    [Fact]
    public async Task AppendAsync_QueueFull_IsRefusedWithATimeToRetry()
    {
        await using var scene = await LogsScene.StartAsync(postgres, options => options.QueueMaxBytes = 4_000);
        await using var holder = await scene.Postgres.OpenConnectionAsync();
        await using (var transaction = await holder.BeginTransactionAsync())
        {
            await using var hold = new Npgsql.NpgsqlCommand("LOCK TABLE federated_query.log_streams IN SHARE MODE", holder, transaction);
            await hold.ExecuteNonQueryAsync();
            var full = await Assert.ThrowsAsync<IngestQueueFullException>(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await scene.AppendAsync(new string('x', 500));
                }
            });
            Assert.InRange(full.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
            Assert.Contains("LOGS_QUEUE_MAX_BYTES", full.Message, StringComparison.Ordinal);
        }

        await scene.StoredAsync();
        await scene.AppendAsync("there is room again");
        await scene.StoredAsync();
        Assert.Contains("there is room again", await scene.MessagesAsync());
    }

    [Fact]
    public async Task AppendAsync_DiskNearlyFull_IsRefused()
    {
        await using var scene = await LogsScene.StartAsync(postgres, options => options.MinimumFreeBytes = long.MaxValue / 2);

        var full = await Assert.ThrowsAsync<IngestQueueFullException>(() => scene.AppendAsync("x"));

        Assert.Contains("LOGS_MIN_FREE_BYTES", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendAsync_LateRecords_GoToPartitionsOfTheirDays()
    {
        await using var scene = await LogsScene.StartAsync(postgres);
        using var batch = scene.Ingest.CreateBatch();
        var now = DateTimeOffset.UtcNow;
        foreach (var days in new[] { 0, 3, 40 })
        {
            batch.BeginRecord();
            batch.Text(LogField.Message, System.Text.Encoding.UTF8.GetBytes($"{days}"));
            batch.Timestamp(now.AddDays(-days).ToUnixTimeMilliseconds() * 1000);
            Assert.True(batch.TryEndRecord(out _));
        }

        await scene.Ingest.AppendAsync(batch, CancellationToken.None);
        await scene.StoredAsync();

        Assert.Equal(0, await scene.ScalarAsync<long>("SELECT count(*) FROM logs_default"));
        Assert.Equal(3, await scene.ScalarAsync<long>("SELECT count(DISTINCT tableoid) FROM logs"));
    }

    [Fact]
    public async Task Archive_StoredRecords_AreMovedWithTheirKeyAndFoundOnce()
    {
        await using var scene = await LogsScene.StartAsync(postgres);
        using var batch = scene.Ingest.CreateBatch();
        foreach (var days in new[] { 0, 3, 40 })
        {
            batch.BeginRecord();
            batch.Text(LogField.Message, System.Text.Encoding.UTF8.GetBytes($"{days}"));
            batch.Timestamp(DateTimeOffset.UtcNow.AddDays(-days).ToUnixTimeMilliseconds() * 1000);
            Assert.True(batch.TryEndRecord(out _));
        }

        await scene.Ingest.AppendAsync(batch, CancellationToken.None);
        await scene.StoredAsync();
        await scene.Get<JobRunner>().StartAsync(CancellationToken.None);

        var archive = await scene.Get<TieringService>().ArchiveAsync("logs", null, CancellationToken.None);
        var done = await scene.Get<TieringService>().WaitForJobAsync(archive.Id, CancellationToken.None);
        await scene.Get<JobRunner>().StopAsync(CancellationToken.None);

        Assert.True(done.State == JobState.Succeeded, done.Message);
        Assert.Equal(["0", "3"], await scene.MessagesAsync());
        using var rows = await scene.RowsAsync("SELECT message FROM logs ORDER BY timestamp");
        Assert.Equal(["40", "3", "0"], rows.RootElement.EnumerateArray().Select(row => row.GetProperty("message").GetString()!));
        var table = await scene.Get<TieredTableStore>().FindAsync(LogTable.HotName, CancellationToken.None);
        Assert.Equal([LogTable.KeyColumn], table!.PrimaryKey);
    }

    [Fact]
    public async Task AppendAsync_RowThatPostgresRefuses_IsSetAsideAndHoldsUpNoOther()
    {
        await using var scene = await LogsScene.StartAsync(postgres);
        await scene.ExecuteAsync("ALTER TABLE logs ADD CONSTRAINT no_poison CHECK (message <> 'poison')");

        await scene.AppendAsync([.. Enumerable.Range(0, 100).Select(i => i is 17 or 63 ? "poison" : $"{i:D3}")]);
        await scene.StoredAsync();

        Assert.Equal(Enumerable.Range(0, 100).Where(i => i is not (17 or 63)).Select(i => $"{i:D3}"), await scene.MessagesAsync());
        Assert.Equal(2, scene.Ingest.Status.RejectedRecords);
        var kept = await File.ReadAllLinesAsync(Directory.GetFiles(scene.Folder.File("ingest"), "rejected.ndjson", SearchOption.AllDirectories).Single());
        Assert.Equal(2, kept.Length);
        Assert.All(kept, line => Assert.Equal("poison", JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task AppendAsync_BatchThatPostgresRefusesAsAWhole_IsSetAsideAndHoldsUpNoOther()
    {
        const int Rows = 3_000;
        await using var scene = await LogsScene.StartAsync(postgres);
        await scene.ExecuteAsync("ALTER TABLE logs ADD CONSTRAINT closed CHECK (message = 'open')");

        await scene.AppendAsync([.. Enumerable.Range(0, Rows).Select(i => $"{i:D5}")]);
        await scene.AppendAsync("open");
        await scene.StoredAsync();

        Assert.Equal(["open"], await scene.MessagesAsync());
        Assert.Equal((1, Rows), (scene.Ingest.Status.StoredRecords, scene.Ingest.Status.RejectedRecords));
        var kept = await File.ReadAllLinesAsync(Directory.GetFiles(scene.Folder.File("ingest"), "rejected.ndjson", SearchOption.AllDirectories).Single());
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => $"{i:D5}"), kept.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!));
        Assert.All(kept, line => Assert.Contains("closed", JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_TableOfAnotherShape_LeavesIngestOffAndSaysWhy()
    {
        var settings = await postgres.CreateDatabaseAsync("logs");
        await using var scene = await LogsScene.StartAsync(settings, new TemporaryFolder(), ownsFolder: true, start: false);
        await scene.ExecuteAsync("CREATE TABLE logs (id bigint PRIMARY KEY, timestamp timestamptz NOT NULL, line text)");

        await scene.Ingest.StartAsync(CancellationToken.None);

        Assert.False(scene.Ingest.IsAvailable);
        Assert.Contains("its column 'id' is of type bigint, not uuid; it has no column 'level'", scene.Ingest.Problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IngestUnavailableException>(() => scene.AppendAsync("x"));
    }
}
