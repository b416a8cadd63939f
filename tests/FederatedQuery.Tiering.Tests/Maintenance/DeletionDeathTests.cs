using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Maintenance.Expiry;
using FederatedQuery.Tiering.Maintenance.Orphans;
using FederatedQuery.Tiering.Tests.Erasing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>Processes that are killed while they delete files, in the midst of them and of all that leads there: no file that the table names goes, and none that was dropped stays.</summary>
public class DeletionDeathTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>After the table's own files have become old enough to be orphans, if nothing named them.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromDays(4);

    [Fact]
    public async Task Clean_KilledAtEachFile_DeletesWhatIsDroppedAndNothingElse()
    {
        await using var processes = await DyingProcesses.StartAsync(postgres);
        var scene = processes.Scene;
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        await scene.Tiers.Get<ColdDeletes>().DeleteAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, MaintenanceScene.Events, Expression.LessThan("id", Literal.Long(MoveScene.RowsPerDay)), new Dictionary<string, string>(), CancellationToken.None);
        var moved = await scene.LoadAsync();
        await scene.Tiers.Get<SnapshotExpirer>().ExpireAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, MaintenanceScene.Events, table => table.WithoutExpired(long.MaxValue, maxSnapshotAgeMs: 0), CancellationToken.None);
        Assert.NotEmpty(moved.Metadata.Snapshots);
        var (there, named) = await scene.FilesAsync();
        Assert.True(there.Except(named).Count() >= 3, string.Join(", ", there.Except(named)));

        await processes.UntilDoneAsync(
            now => now.CleanAfterGraceAsync(),
            (life, number) => life.EndAfterChanges(number),
            async (now, number) =>
            {
                await IsWholeAsync(now, "1000 | 1000 | 14995.00");
                if (number == 1)
                {
                    // The table goes on meanwhile.
                    await now.MoveAsync(new DateOnly(2026, 2, 2));
                }
            });

        Assert.True(processes.Kills >= 3);
        await IsCleanAsync(processes);
    }

    [Fact]
    public async Task RemoveOrphans_KilledOnTheWay_DeletesOrphansAndNothingElse()
    {
        await using var processes = await DyingProcesses.StartAsync(postgres, Long);
        var scene = processes.Scene;
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        for (var orphan = 0; orphan < 3; orphan++)
        {
            await scene.PutAsync($"data/at_day=2026-02-01/{orphan}.parquet");
            await scene.PutAsync($"metadata/{orphan}.avro");
        }

        await processes.UntilDoneAsync(
            async now =>
            {
                await now.Tiers.Get<OrphanRemover>().RemoveAsync(MaintenanceScene.Events, isDryRun: false, CancellationToken.None);
                await now.CleanAfterGraceAsync();
            },
            (life, number) =>
            {
                // While it looks, then while it deletes.
                if (number < 3)
                {
                    life.EndAfter(2 * number);
                }
                else
                {
                    life.EndAfterChanges(2 * (number - 3));
                }
            },
            async (now, number) =>
            {
                await IsWholeAsync(now, "2000 | 2000 | 19990.00");
                if (number == 4)
                {
                    await now.MoveAsync(new DateOnly(2026, 2, 2));
                }
            });

        Assert.True(processes.Kills >= 6);
        await IsCleanAsync(processes);
    }

    [Fact]
    public async Task Erase_KilledOnTheWay_EndsWithNothingLeft()
    {
        await using var processes = await DyingProcesses.StartAsync(postgres, Long);
        await processes.Scene.Tiers.ExecuteAsync($"UPDATE events SET note = '{EraseScene.Secret} ' || id WHERE id % 10 = 0");
        await processes.Scene.MoveAsync(new DateOnly(2026, 2, 1));
        var job = await processes.Scene.Tiers.Get<JobStore>().AddAsync(EraseJob.Kind, "events", EraseJob.Arguments(EraseScene.Where), CancellationToken.None);

        await processes.UntilDoneAsync(
            async _ =>
            {
                await processes.TakeJobsAsync();
                await EndAsync(processes, job.Id);
            },
            (life, number) => life.EndAfterChanges(2 * number),
            async (now, _) =>
            {
                await NamedAreThereAsync(now);
                Assert.Equal("1800", await now.Tiers.FederatedAsync($"SELECT count(*) FROM events WHERE note NOT LIKE '{EraseScene.Secret}%'"));
            });

        Assert.True(processes.Kills >= 5);
        Assert.Empty(await EraseScene.TracesAsync(processes.Scene.Tiers));
        Assert.Equal("Succeeded", await processes.ScalarAsync<string>("SELECT state FROM federated_query.jobs"));

        // What the dead had written and not committed is all that there is besides.
        await processes.Scene.Tiers.Get<OrphanRemover>().RemoveAsync(MaintenanceScene.Events, isDryRun: false, CancellationToken.None);
        await processes.Scene.CleanAfterGraceAsync();
        await IsCleanAsync(processes);
    }

    /// <summary>Until the job is over, or the process that is alive now.</summary>
    private static async Task EndAsync(DyingProcesses processes, Guid job)
    {
        var life = processes.Life;
        while (!life.IsOver && await processes.ScalarAsync<bool>($"SELECT state IN ('Queued', 'Running') FROM federated_query.jobs WHERE id = '{job}'"))
        {
            await Task.Delay(20);
        }
    }

    private static async Task IsWholeAsync(MoveScene scene, string rows)
    {
        await NamedAreThereAsync(scene);
        Assert.Equal(rows, await scene.AllAsync());
    }

    private static async Task NamedAreThereAsync(MoveScene scene)
    {
        var (there, named) = await scene.FilesAsync();
        Assert.Empty(named.Except(there));
    }

    private static async Task IsCleanAsync(DyingProcesses processes)
    {
        var (there, named) = await processes.Scene.FilesAsync();
        Assert.Equal(named, there);
        Assert.Equal(0L, await processes.ScalarAsync<long>("SELECT count(*) FROM federated_query.dropped_files"));
    }
}
