using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Maintenance.Settings;
using FederatedQuery.Tiering.Tests.Moves;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Tiering.Tests.Maintenance;

public class MaintenanceJobTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Maintenance_OldRowsSnapshotsAndOrphans_AreAllGoneInTheEnd()
    {
        await using var scene = await ArchivedAsync();
        var orphan = await scene.PutAsync("data/orphan.parquet");
        scene.Tiers.Pass(TimeSpan.FromDays(40));
        var young = await scene.PutAsync("data/young.parquet");

        // 2026-04-24: with 81 days, 2026-02-02 is the first day that stays. A row came late that is older than everything.
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET cold_days = 81; INSERT INTO events VALUES (-1, '2026-01-01 12:00+00', 1, 'late')");

        var job = await scene.MaintainAsync();

        Assert.True(job.State == JobState.Succeeded, job.Message);
        Assert.StartsWith("Removed 1001 rows older than 2026-02-02 (81 days): 2 whole files, and rows of others by 0 delete files. Expired 1 snapshots; ", job.Message, StringComparison.Ordinal);
        Assert.Contains(" Found 1 orphans (4 bytes), which are deleted when no query reads them any more.", job.Message, StringComparison.Ordinal);
        Assert.Equal((1001L, 1.0, "events"), (job.Rows, job.Progress, job.TableName));
        Assert.Equal("1000 | 1000 | 0", await scene.Tiers.FederatedAsync("SELECT count(*), min(id), count(*) FILTER (WHERE \"at\" < TIMESTAMPTZ '2026-02-02 00:00:00+00') FROM events"));
        Assert.True(await scene.ExistsAsync(orphan));
        Assert.Equal(0, await scene.Tiers.ScalarAsync<decimal>("SELECT sum(rows) FROM federated_query.moves WHERE day < '2026-02-02'"));

        // A day later the two snapshots that the rows were in have not been current for long enough.
        scene.Tiers.Pass(TimeSpan.FromDays(31));
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET cold_days = 200");
        var again = await scene.MaintainAsync();
        Assert.True(again.State == JobState.Succeeded, again.Message);
        Assert.True((await scene.CleanAfterGraceAsync()).Deleted > 0);
        Assert.Equal((false, false), (await scene.ExistsAsync(orphan), await scene.ExistsAsync(young)));
        var (there, named) = await scene.FilesAsync();
        Assert.Equal(named, there);
        Assert.Equal(1000, await scene.ColdAsync());

        Assert.Equal((JobState.Succeeded, "Nothing to do."), ((await scene.MaintainAsync()) is var last ? last.State : default, last.Message));
    }

    [Fact]
    public async Task Maintenance_QueryThatBeganBefore_StillReadsItsFiles()
    {
        await using var scene = await ArchivedAsync();
        var tables = scene.Tiers.Get<ColdTables>();
        var table = (await tables.FindAsync(MaintenanceScene.Events, null, CancellationToken.None))!;
        var query = await tables.PlanAsync(table.Scan, [.. table.Metadata.CurrentSchema.Fields], Expression.True, CancellationToken.None);
        scene.Tiers.Pass(TimeSpan.FromDays(40));
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET cold_days = 81");
        Assert.Equal(JobState.Succeeded, (await scene.MaintainAsync()).State);
        await scene.Tiers.Get<Iceberg.Transactions.TableCommitter>().CommitAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, MaintenanceScene.Events,
            [new Iceberg.Transactions.MetadataChange(metadata => metadata.WithProperties([new("a", "b")]))], CancellationToken.None);
        await scene.Tiers.Get<Tiering.Maintenance.Expiry.SnapshotExpirer>().ExpireAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, MaintenanceScene.Events, metadata => metadata.WithoutExpired(long.MaxValue, maxSnapshotAgeMs: 0), CancellationToken.None);
        await scene.Tiers.Get<DroppedFileCleaner>().CleanAsync(MaintenanceScene.Events, CancellationToken.None);

        Assert.Equal(1000, await scene.ColdAsync());
        Assert.Equal(2000, await CountAsync(scene, query));
        Assert.Single((await scene.LoadAsync()).Metadata.Snapshots);
        await scene.CleanAfterGraceAsync();
        Assert.Equal(1000, await scene.ColdAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => CountAsync(scene, query));
    }

    [Fact]
    public async Task Maintenance_StepThatFails_KeepsNoOtherFromBeingDone()
    {
        await using var scene = await ArchivedAsync();
        var done = new List<string>();
        var kind = Job(
            scene,
            new Step("first part", _ => throw new TieringException(TieringErrorKind.Busy, "Somebody was in the way.")),
            new Step("second part", context =>
            {
                done.Add($"{context.Table} {context.Tiered?.TimeColumn} {context.Settings.TargetFileBytes} {context.Job.Kind}");
                return "Did the second part.";
            }),
            new Step("third part", _ => null));

        var job = await RunAsync(scene, kind);

        Assert.Equal((JobState.Failed, "First part failed: Somebody was in the way. Did the second part."), (job.State, job.Message));
        Assert.Equal(["default.events at 536870912 maintenance"], done);
    }

    [Fact]
    public async Task Maintenance_CutShort_IsTakenUpAgain()
    {
        await using var scene = await ArchivedAsync();
        var calls = 0;
        var kind = Job(scene, new Step("part", _ => ++calls == 1 ? throw new OperationCanceledException() : "Done."));
        Assert.True(kind.IsResumable);

        var job = await RunAsync(scene, kind);

        Assert.Equal((2, JobState.Succeeded, "Done."), (calls, job.State, job.Message));
    }

    private static JobKind Job(MoveScene scene, params IMaintenanceStep[] steps) => new MaintenanceJob(
        scene.Tiers.Get<ColdCatalog>(), scene.Tiers.Get<JobCatalogs>(), scene.Tiers.Get<TieredTableStore>(), scene.Tiers.Get<MaintenanceConfigurator>(), steps,
        NullLogger<MaintenanceJob>.Instance).AsKind();

    /// <summary>Again and again until it is over, as processes do that take up what others left.</summary>
    private static async Task<Job> RunAsync(MoveScene scene, JobKind kind)
    {
        var store = scene.Tiers.Get<JobStore>();
        var added = await store.AddAsync(kind.Name, "events", MaintenanceJob.Arguments(MaintenanceScene.Events), CancellationToken.None);
        while (true)
        {
            var job = (await store.TryLeaseAsync("test", [kind.Name], TimeSpan.FromMinutes(1), CancellationToken.None))!;
            try
            {
                var message = await kind.RunAsync(job, new JobProgress(), CancellationToken.None);
                await store.FinishAsync(job, JobState.Succeeded, message, 0, 0, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                await scene.Tiers.ExecuteAsync("UPDATE federated_query.jobs SET lease_expires_at = now() - interval '1 second'");
                continue;
            }
            catch (TieringException error)
            {
                await store.FinishAsync(job, JobState.Failed, error.Message, 0, 0, CancellationToken.None);
            }

            return (await store.FindAsync(added.Id, CancellationToken.None))!;
        }
    }

    private static async Task<long> CountAsync(MoveScene scene, Cold.Scanning.ColdScan scan)
    {
        using var lease = await scene.Tiers.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        using var open = await scene.Tiers.Get<ColdTables>().OpenAsync([scan], CancellationToken.None);
        foreach (var setup in scan.SetupSql)
        {
            await lease.Connection.ExecuteAsync(setup, CancellationToken.None);
        }

        using var result = await lease.Connection.QueryAsync($"SELECT count(note) FROM ({scan.SelectSql})", null, CancellationToken.None);
        using var chunk = (await result.ReadChunkAsync(CancellationToken.None))!;
        return chunk[0].Values<long>()[0];
    }

    private async Task<MoveScene> ArchivedAsync()
    {
        var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        await scene.MoveAsync(new DateOnly(2026, 2, 2));
        return scene;
    }

    private sealed class Step(string name, Func<MaintenanceContext, string?> run) : IMaintenanceStep
    {
        public string Name => name;

        public Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken) => Task.FromResult(run(context));
    }
}
