using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Federation;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Verification;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Tiering.Tests.Publication;

/// <summary>Moves to a REST catalog, which takes no part in PostgreSQL's transactions: each row once at every moment all the same.</summary>
public class MovePublisherTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<string> Steps => new(Enum.GetNames<MoveStep>());

    [Fact]
    public async Task Move_ADay_LeavesEachRowOnceAndShowsItToOthers()
    {
        await using var scene = await RestScene.StartAsync(postgres);

        var result = await scene.MoveAsync(RestScene.First);

        Assert.Equal((1000, 0), (result.Rows, result.LateRows));
        Assert.Equal((1000, 1000, 1000), (await scene.HotAsync(), await scene.ColdAsync(), await scene.MainAsync()));
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.AssertSettledAsync();
        var table = (await scene.LoadAsync()).Metadata;
        Assert.Equal(result.SnapshotId, table.CurrentSnapshotId);
        Assert.Equal(table.Properties[ColdBranches.LastChangeProperty], table.CurrentSnapshot!.Summary[ColdBranches.ChangeProperty]);
        var move = Assert.Single(await scene.Tiers.Get<MoveStore>().ListAsync(TableName.InPublic("events"), CancellationToken.None));
        Assert.Equal((RestScene.First, 1000L, result.SnapshotId), (move.Day, move.Rows, (long?)move.SnapshotId));
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    /// <summary>The process is dead as far as PostgreSQL and the catalog can tell; another one reads, and takes up what it has left.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Move_ProcessDiesAfterAStep_IsFinishedOrTakenBackByTheNext(string step)
    {
        await using var scene = await RestScene.StartAsync(postgres);

        await scene.DieAsync(Enum.Parse<MoveStep>(step));

        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.Tiers.Get<TablePublisher>().SettleAsync(await scene.TableAsync(), CancellationToken.None);
        await scene.AssertSettledAsync();
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        Assert.Equal(await scene.ColdAsync(), await scene.MainAsync());
        Assert.Equal(step == nameof(MoveStep.Exported) ? 0 : 1000, await scene.ColdAsync());

        await scene.ArchiveAsync();
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        Assert.Equal((0, 2000, 2000), (await scene.HotAsync(), await scene.ColdAsync(), await scene.MainAsync()));
        Assert.Equal(2, (await scene.Tiers.Get<MoveStore>().ListAsync(TableName.InPublic("events"), CancellationToken.None)).Count);
    }

    /// <summary>What was held is let go with the session; the next one must not take a part of the day for all of it.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task MoveHeld_ProcessDiesAfterAStep_IsFinishedOrTakenBackByTheNext(string step)
    {
        await using var scene = await RestScene.StartAsync(postgres, options: options => (options.FreeExports, options.HeldRows) = (0, 400));

        await scene.DieAsync(Enum.Parse<MoveStep>(step));

        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.Tiers.Get<TablePublisher>().SettleAsync(await scene.TableAsync(), CancellationToken.None);
        await scene.AssertSettledAsync();
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        Assert.Equal(step == nameof(MoveStep.Exported) ? 0 : 400, await scene.MainAsync());

        await scene.ArchiveAsync();
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        Assert.Equal((0, 2000, 2000), (await scene.HotAsync(), await scene.ColdAsync(), await scene.MainAsync()));
        await scene.AssertSettledAsync();
    }

    [Theory]
    [InlineData("UPDATE events SET amount = amount + 100 WHERE id = 5", "2000 | 2000 | 20090.00")]
    [InlineData("DELETE FROM events WHERE id = 999", "1999 | 1999 | 19980.01")]
    [InlineData("INSERT INTO events VALUES (5001, '2026-02-01 03:00+00', 1, 'late')", "2001 | 2001 | 19991.00")]
    [InlineData("CREATE TABLE orders (id bigint, at timestamptz, FOREIGN KEY (id, at) REFERENCES events ON DELETE CASCADE)", RestScene.Everything)]
    public async Task Move_RowsChangedAfterAProcessDied_AreNotTheOldOnes(string change, string expected)
    {
        await using var scene = await RestScene.StartAsync(postgres);
        await scene.DieAsync(MoveStep.Staged);
        await scene.Tiers.ExecuteAsync(change);

        Assert.Equal(expected, await scene.AllAsync());
        await scene.Tiers.Get<TablePublisher>().SettleAsync(await scene.TableAsync(), CancellationToken.None);

        Assert.Equal(expected, await scene.AllAsync());
        await scene.AssertSettledAsync();
        Assert.Equal(change.StartsWith("INSERT", StringComparison.Ordinal) ? 1000 : 0, await scene.MainAsync());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Move_FailsAfterAStep_IsTakenBackAtOnceUnlessItHasHappened(string step)
    {
        await using var scene = await RestScene.StartAsync(postgres);
        var at = Enum.Parse<MoveStep>(step);
        scene.Mover.AfterStep = reached => reached == at ? throw new TimeoutException("failure") : Task.CompletedTask;

        await Assert.ThrowsAsync<TimeoutException>(() => scene.MoveAsync(RestScene.First));

        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        var moved = at == MoveStep.Committed ? 1000 : 0;
        Assert.Equal((2000 - moved, 0), (await scene.HotAsync(), await scene.MainAsync()));
        if (moved == 0)
        {
            await scene.AssertSettledAsync();
            Assert.Empty((await scene.LoadAsync()).Metadata.Snapshots);
            Assert.DoesNotContain(
                await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync(),
                file => file.Location.EndsWith(".parquet", StringComparison.Ordinal));
        }

        scene.Mover.AfterStep = _ => Task.CompletedTask;
        await scene.ArchiveAsync();
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        Assert.Equal((0, 2000, 2000), (await scene.HotAsync(), await scene.ColdAsync(), await scene.MainAsync()));
        await scene.AssertSettledAsync();
    }

    /// <summary>Other engines commit to main whenever they like: their rows are seen too, at once, and nothing twice.</summary>
    [Theory]
    [InlineData(MoveStep.Exported)]
    [InlineData(MoveStep.Staged)]
    [InlineData(MoveStep.Published)]
    [InlineData(MoveStep.Committed)]
    public async Task Move_SomebodyElseCommitsMeanwhile_BothAreSeenOnce(object step)
    {
        await using var scene = await RestScene.StartAsync(postgres);
        var seen = new List<string>();
        scene.Mover.AfterStep = async reached =>
        {
            if (reached.Equals(step))
            {
                await AppendAsOthersAsync(scene, 9001);
            }

            if (reached == MoveStep.Staged || reached == MoveStep.Committed)
            {
                seen.Add(await scene.AllAsync());
            }
        };

        await scene.MoveAsync(RestScene.First);

        scene.Mover.AfterStep = _ => Task.CompletedTask;
        Assert.Equal("2001 | 2001 | 19991.00", await scene.AllAsync());
        Assert.Equal(1001, await scene.MainAsync());
        Assert.All(seen, answer => Assert.Contains(answer, new[] { RestScene.Everything, "2001 | 2001 | 19991.00" }));
        await AppendAsOthersAsync(scene, 9002);
        Assert.Equal("2002 | 2002 | 19992.00", await scene.AllAsync());
        await scene.ArchiveAsync();
        Assert.Equal("2002 | 2002 | 19992.00", await scene.AllAsync());

        // The moved rows are in the ledger already, whatever snapshot has brought them to main.
        Assert.Equal(2, await scene.Tiers.Get<OthersRows>().AdoptAsync(await scene.TableAsync(), CancellationToken.None));
        await scene.AssertSettledAsync();
    }

    /// <summary>Each commit takes effect, and its answer does not come.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Move_CommitAnswersAreLost_HappensOnce(int lost)
    {
        await using var scene = await RestScene.StartAsync(postgres);
        var commits = 0;
        scene.Loses = context => HttpMethods.IsPost(context.Request.Method) && Interlocked.Increment(ref commits) == lost;

        Assert.Equal(1000, (await scene.MoveAsync(RestScene.First)).Rows);

        Assert.True(commits >= lost);
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        Assert.Equal(1000, await scene.MainAsync());
        await scene.AssertSettledAsync();
    }

    /// <summary>A commit of a process that was given up for dead, which the catalog makes after all.</summary>
    [Fact]
    public async Task Settle_ABranchOfNoChange_IsDroppedWithItsFiles()
    {
        await using var scene = await RestScene.StartAsync(postgres);
        await scene.MoveAsync(RestScene.First);
        var files = await FilesOfOthersAsync(scene, 9001);
        await scene.Tiers.Get<ColdBranches>().AppendAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, RestScene.Events, Guid.NewGuid(), files.Files, [], CancellationToken.None);

        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.MoveAsync(RestScene.First.AddDays(1));

        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.AssertSettledAsync();
        Assert.DoesNotContain(
            await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync(),
            file => file.Location.EndsWith(".parquet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Archive_TwoProcesses_MoveEachDayOnce()
    {
        await using var scene = await RestScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("INSERT INTO events SELECT 3000 + g, timestamptz '2026-01-01' + g * interval '1 day', 1, 'old' FROM generate_series(0, 5) g");
        var first = scene.ArchiveAsync();
        await scene.StartProcessAsync();
        var second = scene.ArchiveAsync();
        do
        {
            Assert.Equal("2006 | 2006 | 19996.00", await scene.AllAsync());
        }
        while (!first.IsCompleted || !second.IsCompleted);

        Assert.Equal(2006, (await first).Rows + (await second).Rows);
        Assert.Equal("2006 | 2006 | 19996.00", await scene.AllAsync());
        Assert.Equal((0, 2006, 2006), (await scene.HotAsync(), await scene.ColdAsync(), await scene.MainAsync()));
        await scene.AssertSettledAsync();
    }

    [Fact]
    public async Task Configure_AnswerLostAndTakenUp_MakesOneTable()
    {
        await using var scene = await RestScene.StartAsync(postgres, configure: false);
        scene.Loses = context => HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value!.EndsWith("/tables", StringComparison.Ordinal);
        await scene.ConfigureAsync();
        scene.Loses = _ => false;
        Assert.Equal(1, (await scene.ArchiveAsync()).Days / 2);
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.AssertSettledAsync();
    }

    [Fact]
    public async Task Configure_CutShort_TakesOverItsOwnLeftoverAndNobodyElsesTable()
    {
        await using var scene = await RestScene.StartAsync(postgres, configure: false);
        var layout = ColdLayout.Create(new Schema(0, NestedField.RequiredField(1, "at", IcebergType.Timestamptz)), new HashSet<int>(), "at", [], Transform.Day);
        await scene.Tiers.Get<ColdCatalog>().EnsureNamespaceAsync("default", CancellationToken.None);
        await scene.Tiers.Get<ColdCatalog>().Catalog.CreateTableAsync(RestScene.Events, layout, CancellationToken.None);

        var error = await Assert.ThrowsAsync<TieringException>(scene.ConfigureAsync);
        Assert.StartsWith("Table 'events' cannot be tiered: the cold tier has a table 'default.events' of its own.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.publication_intents"));

        await scene.Tiers.Get<ColdCatalog>().Catalog.DropTableAsync(RestScene.Events, CancellationToken.None);
        await scene.Tiers.Get<TableCreation>().CreateAsync(TableName.InPublic("events"), RestScene.Events, layout, CancellationToken.None);
        await scene.ConfigureAsync();
        await scene.ArchiveAsync();
        Assert.Equal(RestScene.Everything, await scene.AllAsync());
        await scene.AssertSettledAsync();
    }

    [Fact]
    public async Task Query_ATableTieredWithTheOtherCatalog_IsRefused()
    {
        await using var scene = await RestScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("DELETE FROM federated_query.publications");

        var error = await Assert.ThrowsAsync<FederatedQueryException>(scene.AllAsync);
        Assert.StartsWith("Table 'default.events' is tiered, and its cold rows are in the catalog in PostgreSQL, while ICEBERG_CATALOG is rest.", error.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<TieringException>(() => scene.MoveAsync(RestScene.First));
        Assert.Equal("Table 'events' was made tiered with ICEBERG_CATALOG=sql, where its cold rows are, and that is rest now. Set it back.", refused.Message);
    }

    /// <summary>As Spark would: a row (id, 2026-01-01, 1, others).</summary>
    private static async Task AppendAsOthersAsync(RestScene scene, long id)
    {
        var files = await FilesOfOthersAsync(scene, id);
        await scene.Tiers.Get<TableCommitter>().CommitAsync(
            scene.Tiers.Get<ColdCatalog>().Catalog, RestScene.Events, [new AppendFiles(files.Files)], CancellationToken.None);
    }

    private static async Task<ColdFiles> FilesOfOthersAsync(RestScene scene, long id)
    {
        using var lease = await scene.Tiers.Get<Cold.Engine.DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        var table = await scene.LoadAsync();
        return await scene.Tiers.Get<ColdAppender>().WriteAsync(
            lease.Connection,
            $"(SELECT {id}::BIGINT AS id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS \"at\", 1::DECIMAL(12, 2) AS amount, 'others' AS note) AS r",
            table, timeColumn: null, written: null, CancellationToken.None);
    }
}
