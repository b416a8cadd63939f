using System.Text.Json;
using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>A table laid out by month with rows on six days, read after each kind of maintenance by this project and by icebird.</summary>
public class MaintainedTableTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Maintenance_CompactionRetentionAndExpiry_LeaveTheRowsThatOthersRead()
    {
        await using var scene = await MoveScene.StartAsync(postgres, """
            CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at));
            INSERT INTO events SELECT -d, timestamptz '2026-02-02 12:00+00' + d * interval '1 day', d, 'few' FROM generate_series(1, 4) d
            """);
        await scene.ArchiveAsync();
        await CheckAsync(scene, rows: 2004, sum: 1_998_990);

        // Six files of one month become one.
        var job = await SucceedAsync(scene);
        Assert.Contains("Compacted 6 files (", job.Message, StringComparison.Ordinal);
        Assert.Contains(" into 1 (", job.Message, StringComparison.Ordinal);
        Assert.Equal("1", (await scene.LoadAsync()).Metadata.CurrentSnapshot!.Summary["total-data-files"]);
        await CheckAsync(scene, rows: 2004, sum: 1_998_990);
        Assert.Null((await SucceedAsync(scene)).Message.Split(' ').FirstOrDefault(word => word == "Compacted"));

        // 2026-03-15 minus 41 days: the first day goes, which shares its file with the others.
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET cold_days = 41");
        await scene.Tiers.Get<Tiering.Maintenance.MaintenanceService>().ConfigureAsync(MaintenanceScene.Events, new() { Compaction = false }, CancellationToken.None);
        job = await SucceedAsync(scene);
        Assert.StartsWith(
            "Removed 1000 rows older than 2026-02-02 (41 days): 0 whole files, and rows of others by 1 delete files.", job.Message, StringComparison.Ordinal);
        await CheckAsync(scene, rows: 1004, sum: 1_499_490);

        // With compaction the bytes go as well, and with the snapshots the files.
        await scene.Tiers.Get<Tiering.Maintenance.MaintenanceService>().ConfigureAsync(
            MaintenanceScene.Events, new() { Compaction = true, SnapshotRetentionDays = 1 }, CancellationToken.None);
        await SucceedAsync(scene);
        scene.Tiers.Pass(TimeSpan.FromDays(1.5));
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET cold_days = 700");
        await SucceedAsync(scene);
        await scene.CleanAfterGraceAsync();
        await CheckAsync(scene, rows: 1004, sum: 1_499_490);
        var table = (await scene.LoadAsync()).Metadata;
        Assert.Single(table.Snapshots);
        Assert.Equal(("1", "0"), (table.CurrentSnapshot!.Summary["total-data-files"], table.CurrentSnapshot!.Summary["total-delete-files"]));
        var (there, named) = await scene.FilesAsync();
        Assert.Equal(named, there);
        Assert.Single(there, key => key.EndsWith(".parquet", StringComparison.Ordinal));
    }

    private static async Task<Job> SucceedAsync(MoveScene scene)
    {
        var job = await scene.MaintainAsync();
        Assert.True(job.State == JobState.Succeeded, job.Message);
        return job;
    }

    private static async Task CheckAsync(MoveScene scene, long rows, long sum)
    {
        Assert.Equal($"{rows} | {rows} | {sum}", await scene.Tiers.ColdAsync("SELECT count(*), count(DISTINCT id), sum(id) FROM events"));
        var location = new Uri((await scene.LoadAsync()).MetadataLocation).LocalPath;
        using var read = JsonDocument.Parse(await NodeScript.RunAsync("icebird.js", "", "/", location));
        var ids = read.RootElement.EnumerateArray().Select(row => long.Parse(row.GetProperty("id").ToString(), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal((rows, sum), (ids.Distinct().LongCount(), ids.Sum()));
    }
}
