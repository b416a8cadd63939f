using System.Text.Json;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>Three gateways on one PostgreSQL and one bucket share a job; of one that dies and one that stands still, the third takes over the work.</summary>
public sealed class ReplicaTests(PostgresFixture postgres, S3Server s3) : IClassFixture<PostgresFixture>, IClassFixture<S3Server>, IDisposable
{
    /// <summary>A minute, and the time that the days themselves take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60 + 30);

    private readonly TemporaryFolder[] _folders = [new(), new(), new()];

    public void Dispose() => Array.ForEach(_folders, folder => folder.Dispose());

    [S3Fact]
    public async Task Archive_OneReplicaKilledAndOneStandingStill_IsFinishedByTheThird()
    {
        var database = await postgres.CreateDatabaseAsync("replicas");
        var settings = Settings(database, await s3.CreateBucketAsync());
        await using var survivor = new GatewayProcess(_folders[0].FullPath, settings);
        await using var killed = new GatewayProcess(_folders[1].FullPath, settings);
        await using var paused = new GatewayProcess(_folders[2].FullPath, settings);
        var file = _folders[0].File("events.parquet");
        var expected = EventsTable.Write(file);
        var load = await survivor.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", file);
        Assert.True(load.ExitCode == 0, load.Output);
        await Task.WhenAll(survivor.StartAsync(), killed.StartAsync(), paused.StartAsync());
        await using var source = NpgsqlDataSource.Create(database);

        Task<JsonElement> archive;
        await using (var connection = await source.OpenConnectionAsync())
        {
            // Nobody can commit to the cold table for now, so all three are in the midst of a day.
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("SELECT 1 FROM iceberg_tables WHERE table_name = 'events' FOR UPDATE", connection);
            Assert.Equal(1, await hold.ExecuteScalarAsync());
            archive = EventsTable.ArchiveAsync(survivor, keepDays: 30);
            foreach (var gateway in new[] { survivor, killed, paused })
            {
                await WaitAsync(source, $"SELECT EXISTS (SELECT FROM federated_query.jobs WHERE state = 'Running' AND parent_id IS NOT NULL AND lease_owner LIKE '%:{gateway.ProcessId}:%')");
            }

            paused.Pause();
            await killed.KillAsync();
        }

        var job = await archive.WaitAsync(Patience);
        paused.Resume();

        Assert.True(job.GetProperty("state").GetString() == "SUCCEEDED", job.ToString());
        Assert.True(await ScalarAsync<long>(source, "SELECT count(*) FROM federated_query.jobs WHERE parent_id IS NOT NULL AND takeovers > 0") >= 2, "One part of each was taken over.");
        // Awake, it finds its leases gone: whatever it was about to commit stays out.
        await WaitAsync(source, "SELECT NOT EXISTS (SELECT FROM federated_query.jobs WHERE state IN ('Queued', 'Running'))");
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(paused));
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(survivor));
    }

    private static async Task WaitAsync(NpgsqlDataSource source, string condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await ScalarAsync<bool>(source, condition))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private Dictionary<string, string> Settings(NpgsqlConnectionStringBuilder database, string bucket) => new(GatewaySettings.Over(database, s3.SettingsFor(bucket)))
    {
        ["HOT_RETENTION_DAYS"] = "400",
    };
}
