using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Repartition;

namespace FederatedQuery.Tiering.Tests.Repartition;

public class RepartitionerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Expression NorthInJanuary = Expression.And(
        Expression.Equal("region", Literal.String("north")),
        Expression.And(Expression.GreaterThanOrEqual("at", At(2026, 1, 1)), Expression.LessThan("at", At(2026, 2, 1))));

    [Fact]
    public async Task Repartition_AColdTable_KeepsItsRowsAndReadsFewerFiles()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres);
        var (rows, files) = (await scene.DigestAsync(), await scene.FilesAsync(Expression.True));
        var (_, before) = await scene.FilesAsync(Expression.Equal("region", Literal.String("north")));

        var outcome = await scene.RepartitionAsync(4, "at", "region");

        var metadata = await scene.MetadataAsync();
        Assert.Equal("spec 1: [1000: at_month: month(2); 1001: region: identity(3); 1002: id_bucket_4: bucket[4](1)]", metadata.DefaultSpec.ToString());
        Assert.Equal("order 2: [identity(3) asc nulls-last; identity(1) asc nulls-last; identity(2) asc nulls-last]", metadata.DefaultSortOrder.ToString());
        Assert.Equal("replace", metadata.CurrentSnapshot!.Operation);
        Assert.Equal(2, metadata.Snapshots.Length);
        Assert.Equal(rows, await scene.DigestAsync());

        // Six months, five regions, four buckets.
        Assert.Equal((true, 120, 10_000L, (int)files.Total, 120), (outcome.Succeeded, outcome.Partitions, outcome.Rows, outcome.FilesBefore, outcome.FilesAfter));
        Assert.Equal(["at", "region", "id"], outcome.PartitionColumns);
        Assert.Equal(
            "Table 'default.t' is laid out by 'at' by month (71 rows a day, too few for 20 files), 'region' by value (5 values), 'id' in 4 buckets (its rows evenly spread by the identifier fields): "
            + $"10,000 rows in 120 files of 120 partitions, which were {files.Total} files.",
            outcome.Message);
        Assert.Equal(files.Total, before);
        Assert.Equal((120, 24), await scene.FilesAsync(Expression.Equal("region", Literal.String("north"))));
        Assert.Equal((120, 4), await scene.FilesAsync(NorthInJanuary));
        // One bucket, and of that what may hold the id by its bounds.
        Assert.InRange((await scene.FilesAsync(Expression.Equal("id", Literal.Long(77)))).Read, 1, 5);

        // Once more is nothing to do.
        var again = await scene.RepartitionAsync(4, "at", "region");
        Assert.Equal((true, 120, 120), (again.Succeeded, again.FilesBefore, again.FilesAfter));
        Assert.EndsWith("it had no files to rewrite.", again.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await scene.MetadataAsync()).Snapshots.Length);
    }

    [Fact]
    public async Task Repartition_ATieredTable_MovesGoOnInTheNewLayout()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 4_000, LoadTiers.Both);
        var rows = await scene.DigestAsync();

        var outcome = await scene.RepartitionAsync(3, "at", "region");
        await ArchiveAsync(scene);

        Assert.Equal(rows, await scene.DigestAsync());
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM t WHERE at < '2026-03-14'"));
        Assert.Equal(["at", "region", "id"], outcome.PartitionColumns);
        Assert.Equal("1", await SpecsAsync(scene));
        Assert.Equal(3, (await scene.FilesAsync(NorthInJanuary)).Read);
        Assert.Equal("{at,region}", await scene.Tiers.ScalarAsync<string>("SELECT partition_by::text FROM federated_query.tiered_tables"));
        foreach (var same in new[] { (string[])["at", "region"], ["region"] })
        {
            var configured = await scene.Tiers.Get<TieringService>().ConfigureAsync(
                new() { TableName = "t", TimeColumn = "at", HotDays = 9, PartitionBy = same }, CancellationToken.None);
            Assert.Equal(["at", "region"], configured.PartitionBy);
        }
    }

    [Fact]
    public async Task Repartition_MovesAndDeletesMeanwhile_LosesAndDoublesNothing()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 4_000, LoadTiers.Both);
        var (moved, deleted) = (false, false);
        scene.Tiers.Get<Repartitioner>().AfterStep = async step =>
        {
            // Days are appended while files are rewritten; rows are deleted right before the commit.
            if (step == RepartitionStep.Rewritten && !moved)
            {
                moved = true;
                await ArchiveAsync(scene);
            }
            else if (step == RepartitionStep.Ready && !deleted)
            {
                deleted = true;
                await DeleteAsync(scene, Expression.Equal("code", Literal.String("code 1234")));
            }
        };

        var outcome = await scene.RepartitionAsync(null, "region");

        // 'code 1234' is that of rows 1234 and 2734.
        Assert.Equal("3998 | 3998 | 7994032", await scene.Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id), sum(id) FROM t"));
        Assert.Equal("0", await scene.Tiers.FederatedAsync("SELECT count(*) FROM t WHERE code = 'code 1234'"));
        Assert.True(outcome.Succeeded);
        Assert.Equal("1", await SpecsAsync(scene));
        Assert.Equal(outcome.FilesAfter, (await scene.FilesAsync(Expression.True)).Total);
        Assert.Equal("0", (await scene.MetadataAsync()).CurrentSnapshot!.Summary.GetValueOrDefault("total-position-deletes"));
    }

    [Fact]
    public async Task Repartition_DeletedBeforeTheCommitEachTime_GivesUpAndLeavesNothing()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 2_000);
        var files = await scene.FilesOnDiskAsync();
        var next = 0L;
        scene.Tiers.Get<Repartitioner>().AfterStep = step =>
            step == RepartitionStep.Ready ? DeleteAsync(scene, Expression.Equal("id", Literal.Long(next++))) : Task.CompletedTask;

        var busy = await Assert.ThrowsAsync<TieringException>(() => scene.RepartitionAsync(null, "region"));

        Assert.Equal(TieringErrorKind.Busy, busy.Kind);
        Assert.Equal(2_000 - next, long.Parse(await scene.Tiers.ColdAsync("SELECT count(*) FROM t"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0, (await scene.MetadataAsync()).DefaultSpecId);
        Assert.Equal(files + next, await scene.FilesOnDiskAsync());
    }

    [Fact]
    public async Task Repartition_LeaseTakenOver_CommitsOnlyOnce()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 3_000);
        var rows = await scene.DigestAsync();
        var lapsed = await scene.LeaseAsync(await scene.PlanAsync(2, "region"), TimeSpan.FromSeconds(-1));
        Job? taken = null;
        RepartitionOutcome? outcome = null;
        scene.Once(RepartitionStep.Ready, async () =>
        {
            // This process is as good as dead for a while; another takes the job up and does it all.
            taken = await scene.TakeAsync(lapsed, TimeSpan.FromHours(1));
            outcome = await scene.RunAsync(taken);
        });

        var lost = await Assert.ThrowsAsync<TieringException>(() => scene.RunAsync(lapsed));

        Assert.Equal(TieringErrorKind.LeaseLost, lost.Kind);
        Assert.True(outcome!.Succeeded);
        Assert.Equal(rows, await scene.DigestAsync());
        Assert.Equal(2, (await scene.MetadataAsync()).Snapshots.Length);
        Assert.Equal(outcome.FilesBefore + outcome.FilesAfter, await scene.FilesOnDiskAsync());
        Assert.Equal(outcome, await scene.RunAsync(taken!) with { PartitionColumns = outcome.PartitionColumns });
    }

    [Fact]
    public async Task Repartition_FailsBeforeTheCommit_DeletesWhatItWrote()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 3_000);
        var (rows, files) = (await scene.DigestAsync(), await scene.FilesOnDiskAsync());
        scene.Once(RepartitionStep.Ready, () => throw new IOException("The disk is gone."));

        await Assert.ThrowsAsync<IOException>(() => scene.RepartitionAsync(2, "region"));

        Assert.Equal((rows, files), (await scene.DigestAsync(), await scene.FilesOnDiskAsync()));
        Assert.True((await scene.RepartitionAsync(2, "region")).Succeeded);
        Assert.Equal(rows, await scene.DigestAsync());
    }

    /// <summary>By readers that know nothing of this project's: DuckDB on the files that the metadata lists, and icebird from the metadata on.</summary>
    [Fact]
    public async Task Repartition_OtherReaders_HaveTheSameRows()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 1_500);
        await DeleteAsync(scene, Expression.LessThan("id", Literal.Long(10)));

        await scene.RepartitionAsync(2, "at", "region");

        var table = await scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(RepartitionScene.Identifier, CancellationToken.None);
        var plan = await new ScanPlanner(scene.Tiers.Get<ManifestCache>()).PlanAsync(TableScan.Of(table.Metadata), CancellationToken.None);
        Assert.All(plan.Tasks, task => Assert.Empty(task.Deletes));
        var paths = string.Join(", ", plan.Tasks.Select(task => DuckDBSql.QuoteLiteral(new Uri(task.File.FilePath).LocalPath)));
        using (var database = DuckDBDatabase.Open(DuckDBDatabase.InMemory, new Dictionary<string, string>()))
        using (var connection = database.Connect())
        using (var result = connection.Query($"SELECT count(*), count(DISTINCT id), min(id), max(id), sum(id)::BIGINT FROM read_parquet([{paths}])"))
        using (var chunk = result.ReadChunk()!)
        {
            Assert.Equal([1490, 1490, 10, 1499, 1124205], Enumerable.Range(0, 5).Select(column => chunk[column].Values<long>()[0]));
        }

        using var read = JsonDocument.Parse(await NodeScript.RunAsync("icebird.js", "", "/", new Uri(table.MetadataLocation).LocalPath));
        var ids = read.RootElement.EnumerateArray().Select(row => long.Parse(row.GetProperty("id").ToString(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(10, 1490).Select(id => (long)id), ids.Order());
    }

    [Fact]
    public async Task Service_AsAJob_WaitsForItsOutcome()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, 3_000, configure: options => options.QueryTimeout = TimeSpan.FromMinutes(2));
        var runner = scene.Tiers.Get<JobRunner>();
        await runner.StartAsync(CancellationToken.None);
        var service = scene.Tiers.Get<RepartitionService>();

        var outcome = await service.RepartitionAsync(RepartitionScene.Identifier, new RepartitionRequest(2, ["at"]), CancellationToken.None);
        var jobs = await scene.Tiers.Get<TieringService>().ListJobsAsync(5, CancellationToken.None);
        var wrong = await Assert.ThrowsAsync<TieringException>(
            () => service.RepartitionAsync(RepartitionScene.Identifier, new RepartitionRequest(null, ["when"]), CancellationToken.None));
        await runner.StopAsync(CancellationToken.None);

        Assert.Equal((true, 3_000L), (outcome.Succeeded, outcome.Rows));
        var job = Assert.Single(jobs);
        Assert.Equal((RepartitionJob.Kind, JobState.Succeeded, outcome.Message, 3_000L), (job.Kind, job.State, job.Message, job.Rows));
        Assert.Equal(TieringErrorKind.InvalidArgument, wrong.Kind);
    }

    [Fact]
    public async Task Service_JobThatTakesLonger_NamesItAndChangesNothingYet()
    {
        // Nobody runs jobs here.
        await using var scene = await RepartitionScene.StartAsync(postgres, 1_000, configure: options => options.QueryTimeout = TimeSpan.FromMilliseconds(100));
        var files = (int)(await scene.FilesAsync(Expression.True)).Total;

        var outcome = await scene.Tiers.Get<RepartitionService>().RepartitionAsync(
            RepartitionScene.Identifier, new RepartitionRequest(2, ["region"]), CancellationToken.None);

        var job = Assert.Single(await scene.Tiers.Get<TieringService>().ListJobsAsync(5, CancellationToken.None));
        Assert.Equal((false, 1_000L, files, files), (outcome.Succeeded, outcome.Rows, outcome.FilesBefore, outcome.FilesAfter));
        Assert.Equal(
            "The table is being laid out by 'region' by value (5 values), 'id' in 2 buckets (its rows evenly spread by the identifier fields), which takes longer than 0.1 seconds. "
            + $"It goes on as job {job.Id}: job(id: \"{job.Id}\") tells how far it has come, jobChanged tells of its end.",
            outcome.Message);
    }

    private static async Task<string> SpecsAsync(RepartitionScene scene)
    {
        var plan = await new ScanPlanner(scene.Tiers.Get<ManifestCache>()).PlanAsync(TableScan.Of(await scene.MetadataAsync()), CancellationToken.None);
        return string.Join(", ", plan.Tasks.Select(task => task.File.SpecId).Distinct().Order());
    }

    private static Task DeleteAsync(RepartitionScene scene, Expression rows) => scene.Tiers.Get<ColdDeletes>().DeleteAsync(
        scene.Tiers.Get<ColdCatalog>().Catalog, RepartitionScene.Identifier, rows, new Dictionary<string, string>(), CancellationToken.None);

    /// <summary>All that is older than a day.</summary>
    private static async Task ArchiveAsync(RepartitionScene scene)
    {
        var table = (await scene.Tiers.Get<TieredTableStore>().FindAsync(TableName.InPublic("t"), CancellationToken.None))!;
        await scene.Tiers.Get<ArchiveJob>().ArchiveAsync(table, new DateTimeOffset(2026, 3, 14, 0, 0, 0, TimeSpan.Zero), new JobProgress(), CancellationToken.None);
    }

    private static Literal At(int year, int month, int day) =>
        Literal.Timestamptz((new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
}
