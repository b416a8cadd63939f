using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.RowChanges;
using FederatedQuery.Tiering.Tests.Moves;
using FederatedQuery.Tiering.Tests.Publication;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Tests.RowChanges;

/// <summary>Changes of rows of which some are hot and some cold.</summary>
public class RowChangerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly DateOnly First = new(2026, 2, 1);
    private static readonly DateOnly Second = new(2026, 2, 2);
    private static readonly TableName Events = TableName.InPublic("events");

    /// <summary>Two of seven rows, on both days.</summary>
    private static readonly Expression Wanted = Expression.In("note", [Literal.String("note 1"), Literal.String("note 3")]);

    [Fact]
    public async Task ChangeAsync_RowsInBothTiers_ChangesEachOnceAndKeepsTheLedger()
    {
        await using var scene = await StartAsync();

        using var updated = await ChangeAsync(scene, RowMutations.Update, Wanted, [Note("changed")], ["id", "note"]);

        Assert.Equal((572L, 572), (updated.Count, updated.Chunks.Sum(chunk => chunk.Count)));
        Assert.All(updated.Chunks, chunk => Assert.Equal("changed", chunk[1].String(chunk.Count - 1)));
        Assert.Equal("2000 | 2000 | 19990.00", await scene.AllAsync());
        Assert.Equal("572", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events WHERE note = 'changed'"));
        Assert.Equal((1286L, 714L), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal([(Move.Moved, 1000L), (Move.Changed, -286L)], (await scene.RecordedAsync()).Select(move => (move.Kind, move.Rows)));
        await VerifyAsync(scene);

        using var deleted = await ChangeAsync(scene, RowMutations.Delete, Expression.LessThan("id", Literal.Long(1500)), [], []);

        Assert.Equal((1500L, 0), (deleted.Count, deleted.Chunks.Count));
        Assert.Equal("500 | 500 | 8747.50", await scene.AllAsync());
        await scene.MoveAsync(Second);
        await VerifyAsync(scene);
        Assert.Equal("500 | 500 | 8747.50", await scene.AllAsync());
    }

    [Fact]
    public async Task ChangeAsync_RowsMoveMeanwhile_BeginsAgainAndFindsThem()
    {
        await using var scene = await StartAsync();
        var isDone = false;
        scene.Tiers.Get<RowChanger>().AfterStep = async step =>
        {
            if (step == RowChangeStep.Staged && !isDone)
            {
                isDone = true;
                await scene.MoveAsync(Second);
            }
        };

        using var updated = await ChangeAsync(scene, RowMutations.Update, Wanted, [Note("changed")], []);

        Assert.Equal(572, updated.Count);
        Assert.Equal((572L, 1428L), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal("2000 | 2000 | 19990.00", await scene.AllAsync());
        await VerifyAsync(scene);
        Assert.Empty(await UnreferencedAsync(scene));
    }

    [Fact]
    public async Task ChangeAsync_RowsMoveThatWereOnlyHot_BeginsAgainAndFindsThem()
    {
        await using var scene = await StartAsync();
        var isDone = false;
        scene.Tiers.Get<RowChanger>().AfterStep = async step =>
        {
            if (step == RowChangeStep.Changed && !isDone)
            {
                // Rows that this change does not hold.
                isDone = true;
                await scene.MoveAsync(Second);
            }
        };
        var late = Expression.And(Wanted, Expression.GreaterThanOrEqual("id", Literal.Long(5000)));

        using var updated = await ChangeAsync(scene, RowMutations.Update, late, [Note("changed")], []);

        Assert.Equal(0, updated.Count);
        Assert.True(isDone);
        Assert.Equal((0L, 2000L), (await scene.HotAsync(), await scene.ColdAsync()));
    }

    [Theory]
    [InlineData(RowMutations.Update, 0)]
    [InlineData(RowMutations.Update, 1)]
    [InlineData(RowMutations.Update, 2)]
    [InlineData(RowMutations.Delete, 1)]
    [InlineData(RowMutations.Delete, 2)]
    public async Task ChangeAsync_SessionIsCut_LeavesNothing(RowMutations operation, int step)
    {
        await using var scene = await StartAsync();
        scene.Tiers.Get<RowChanger>().AfterStep = async reached =>
        {
            if (reached == (RowChangeStep)step)
            {
                await using var killer = new Npgsql.NpgsqlConnection(scene.Tiers.Postgres.ConnectionString + ";Pooling=false");
                await killer.OpenAsync();
                await using var command = new Npgsql.NpgsqlCommand(
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'", killer);
                await command.ExecuteScalarAsync();
                if (reached == RowChangeStep.Staged)
                {
                    throw new InvalidOperationException("There is no transaction yet that could be cut.");
                }
            }
        };

        var error = await Assert.ThrowsAnyAsync<Exception>(() => ChangeAsync(scene, operation, Wanted, [Note("changed")], ["id"]));

        // Of a COMMIT without an answer PostgreSQL tells what became of it.
        Assert.Equal((RowChangeStep)step == RowChangeStep.Published, error is TieringException { Kind: TieringErrorKind.Busy } broken && broken.Message.Contains("Nothing was changed", StringComparison.Ordinal));

        Npgsql.NpgsqlConnection.ClearAllPools();
        Assert.Equal("2000 | 2000 | 19990.00", await scene.AllAsync());
        Assert.Equal("0", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events WHERE note = 'changed'"));
        Assert.Empty(await UnreferencedAsync(scene));
        await VerifyAsync(scene);
    }

    [Fact]
    public async Task ChangeAsync_DayWithoutPartition_GetsOne()
    {
        await using var scene = await MoveScene.StartAsync(postgres, """
            CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-02-02 00:00+00');
            CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-02 00:00+00') TO ('2026-02-03 00:00+00');
            """);
        await AllowAsync(scene);
        await scene.MoveAsync(First);
        await scene.Tiers.ExecuteAsync("DROP TABLE events_1");

        using var updated = await ChangeAsync(scene, RowMutations.Update, Wanted, [Note("changed")], []);
        using var inserted = await scene.Tiers.Get<RowChanger>().ChangeAsync(
            new RowChange { Table = Events, Operation = RowMutations.Insert, Rows = [Row(9000, new DateTimeOffset(2026, 1, 7, 1, 0, 0, TimeSpan.Zero))] }, CancellationToken.None);

        Assert.Equal((572L, 1L), (updated.Count, inserted.Count));
        Assert.Equal("2001", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
        await VerifyAsync(scene);
    }

    [Fact]
    public async Task ChangeAsync_KeyOfAColdRow_IsRefused()
    {
        await using var scene = await StartAsync();
        var rows = new[] { Row(7000, First, 0), Row(500, First, 500) };

        var refused = await Assert.ThrowsAsync<TieringException>(() => scene.Tiers.Get<RowChanger>().ChangeAsync(
            new RowChange { Table = Events, Operation = RowMutations.Insert, Rows = rows }, CancellationToken.None));

        Assert.Equal(TieringErrorKind.ConstraintViolated, refused.Kind);
        Assert.Contains("(id, at)", refused.Message, StringComparison.Ordinal);
        Assert.Equal("2000 | 2000 | 19990.00", await scene.AllAsync());
    }

    /// <summary>As in tables that the gateway made: partitioned by a time that is no part of the key by which rows are told apart.</summary>
    [Fact]
    public async Task ChangeAsync_KeyOfAHotRowAtAnotherTime_IsRefused()
    {
        await using var scene = await StartAsync();
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET primary_key = '{id}'");

        foreach (var rows in new[] { new[] { Row(7000, Second, 0), Row(1500, Second, 0) }, [Row(7000, Second, 0), Row(7000, Second, 1)] })
        {
            var refused = await Assert.ThrowsAsync<TieringException>(() => InsertAsync(rows));

            Assert.Equal(TieringErrorKind.ConstraintViolated, refused.Kind);
            Assert.Contains("(id) of one of the new ones already", refused.Message, StringComparison.Ordinal);
        }

        var racers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async place =>
        {
            try
            {
                using var inserted = await InsertAsync([Row(8000, Second, place)]);
                return inserted.Count;
            }
            catch (TieringException refused) when (refused.Kind == TieringErrorKind.ConstraintViolated)
            {
                return 0;
            }
        }));
        Assert.Equal(1, racers.Sum());
        Assert.Equal("2001", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));

        Task<ChangedRows> InsertAsync(ColumnAssignment[][] rows) => scene.Tiers.Get<RowChanger>().ChangeAsync(
            new RowChange { Table = Events, Operation = RowMutations.Insert, Rows = rows }, CancellationToken.None);
    }

    [Fact]
    public async Task ChangeAsync_ColumnThatTheColdTableLacks_IsNullInColdRows()
    {
        await using var scene = await StartAsync();
        await scene.Tiers.ExecuteAsync("ALTER TABLE events ADD extra integer DEFAULT 7, DROP COLUMN amount");

        using var updated = await ChangeAsync(
            scene, RowMutations.Update, Expression.And(Wanted, Expression.IsNull("extra")), [new ColumnAssignment("extra", ColumnValue.Of(Literal.Int(5)))], ["id", "extra"]);

        Assert.Equal(286, updated.Count);
        Assert.Equal("286 | 714 | 1000", await scene.Tiers.FederatedAsync(
            "SELECT count(*) FILTER (extra = 5), count(*) FILTER (extra IS NULL), count(*) FILTER (extra = 7) FROM events"));
    }

    [Fact]
    public async Task ChangeAsync_BesideMoves_ChangesEveryRow()
    {
        await using var scene = await StartAsync();
        var changes = Task.Run(async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                using var changed = await ChangeAsync(
                    scene, RowMutations.Update, Expression.And(Expression.GreaterThanOrEqual("id", Literal.Long(i * 100)), Expression.LessThan("id", Literal.Long((i + 5) * 100))), [Note($"round {i}")], []);
                Assert.Equal(500, changed.Count);
            }
        });
        while (!changes.IsCompleted)
        {
            await scene.ArchiveAsync();
        }

        await changes;
        Assert.Equal("2000 | 2000 | 19990.00", await scene.AllAsync());
        Assert.Equal("100 | 500", await scene.Tiers.FederatedAsync("SELECT count(*) FILTER (note = 'round 3'), count(*) FILTER (note = 'round 11') FROM events"));
        await VerifyAsync(scene);
    }

    [Fact]
    public async Task ChangeAsync_RestCatalog_ChangesHotRowsAndRefusesColdOnes()
    {
        await using var scene = await RestScene.StartAsync(postgres);
        await scene.Tiers.Get<RowMutationSettings>().AllowAsync("events", RowMutations.All, CancellationToken.None);
        await scene.MoveAsync(RestScene.First);
        var changer = scene.Tiers.Get<RowChanger>();

        using var hot = await changer.ChangeAsync(
            new RowChange { Table = Events, Operation = RowMutations.Delete, Where = Expression.And(Wanted, Expression.GreaterThanOrEqual("id", Literal.Long(1000))) }, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<TieringException>(() => changer.ChangeAsync(
            new RowChange { Table = Events, Operation = RowMutations.Delete, Where = Wanted }, CancellationToken.None));

        Assert.Equal(286, hot.Count);
        Assert.Equal(TieringErrorKind.NotAllowed, refused.Kind);
        Assert.Contains("of which 286 are in the cold tier", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1714", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events"));
    }

    private static ColumnAssignment Note(string text) => new("note", ColumnValue.Of(Literal.String(text)));

    private static ColumnAssignment[] Row(long id, DateTimeOffset at) =>
        [new("id", ColumnValue.Of(Literal.Long(id))), new("at", ColumnValue.Of(Literal.Timestamptz(EpochTime.MicrosOf(at))))];

    private static ColumnAssignment[] Row(long id, DateOnly day, int place) =>
        Row(id, new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + (place * TimeSpan.FromSeconds(86_400) / MoveScene.RowsPerDay));

    private static Task<ChangedRows> ChangeAsync(MoveScene scene, RowMutations operation, Expression where, ColumnAssignment[] set, string[] returning) =>
        scene.Tiers.Get<RowChanger>().ChangeAsync(
            new RowChange { Table = Events, Operation = operation, Where = where, Set = operation == RowMutations.Update ? set : [], Returning = returning }, CancellationToken.None);

    private static async Task VerifyAsync(MoveScene scene)
    {
        var verifier = scene.Tiers.Get<TableVerifier>();
        foreach (var range in await verifier.ListAsync(scene.Table, long.MaxValue, CancellationToken.None))
        {
            Assert.Empty((await verifier.VerifyAsync(scene.Table, range, CancellationToken.None)).Violations);
        }
    }

    private static async Task<List<string>> UnreferencedAsync(MoveScene scene)
    {
        var files = new List<string>();
        await foreach (var file in scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None))
        {
            files.Add(file.Location);
        }

        return files;
    }

    private static Task AllowAsync(MoveScene scene) => scene.Tiers.Get<RowMutationSettings>().AllowAsync("events", RowMutations.All, CancellationToken.None);

    /// <summary>The first day is cold.</summary>
    private async Task<MoveScene> StartAsync()
    {
        var scene = await MoveScene.StartAsync(postgres);
        await AllowAsync(scene);
        await scene.MoveAsync(First);
        return scene;
    }
}
