using System.Globalization;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Moves;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Moves;

/// <summary>Moves of days whose rows are never left alone: rows are held while they are written, a few at a time.</summary>
public class HeldMoveTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Everything = "2000 | 2000 | 19990.00";

    private static readonly DateOnly First = new(2026, 2, 1);

    public static TheoryData<string> Steps => new(Enum.GetNames<MoveStep>());

    public static TheoryData<string, string> Kinds => new()
    {
        { "plain", "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text)" },
        {
            "the default partition",
            "CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE TABLE events_rest PARTITION OF events DEFAULT"
        },
        {
            "partitions of partitions",
            """
            CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-02-02 00:00+00') PARTITION BY HASH (id);
            CREATE TABLE events_1_0 PARTITION OF events_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE events_1_1 PARTITION OF events_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE events_rest PARTITION OF events DEFAULT
            """
        },
        {
            "with triggers",
            """
            CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;
            CREATE TRIGGER refusing BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse()
            """
        },
    };

    [Fact]
    public async Task Move_RowsAreChangedAllTheTime_MovesEachOnce()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        using var stop = new CancellationTokenSource();
        var changed = 0L;
        var changing = Task.Run(async () =>
        {
            await using var connection = await scene.Tiers.Postgres.OpenConnectionAsync();
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await using var update = new NpgsqlCommand(
                    string.Create(CultureInfo.InvariantCulture, $"UPDATE events SET amount = amount + 1 WHERE at < '2026-02-02 00:00+00' AND id % 5 = {i % 5}"), connection);
                changed += await update.ExecuteNonQueryAsync(CancellationToken.None);
            }
        });
        var free = 0;
        scene.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Exported && free++ < 3)
            {
                // At the least one statement of those above comes in between.
                var before = Interlocked.Read(ref changed);
                while (Interlocked.Read(ref changed) == before)
                {
                    await Task.Yield();
                }
            }
        };

        var moved = 0L;
        for (var move = 0; move < 20 && await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM events_1") > 0; move++)
        {
            moved += (await scene.MoveAsync(First)).Rows;
        }

        await stop.CancelAsync();
        await changing;
        Assert.True(free > 3, $"{free} exports");
        Assert.Equal((1000, 1000), (moved, await scene.ColdAsync()));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"2000 | 2000 | {19990 + changed}.00"), await scene.AllAsync());
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Move_MoreRowsThanAreHeldAtOnce_MovesThemInTurns(string kind, string ddl)
    {
        foreach (var superuser in new[] { true, false })
        {
            await using var scene = await MoveScene.StartAsync(
                postgres, ddl, asSuperuser: superuser, configure: options => (options.FreeExports, options.HeldRows) = (0, 300));

            var result = await scene.MoveAsync(First);

            Assert.True((1000, 0) == (result.Rows, result.LateRows), $"{kind}: {result}");
            Assert.Equal(Everything, await scene.AllAsync());
            Assert.Equal((1000, 1000), (await scene.HotAsync(), await scene.ColdAsync()));
            Assert.True((await scene.RecordedAsync()).Count > 1, kind);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Move_FailsAfterAStep_LeavesAllOrNothing(string step)
    {
        var at = Enum.Parse<MoveStep>(step);
        await using var scene = await MoveScene.StartAsync(postgres, configure: options => options.FreeExports = 0);
        scene.Mover.AfterStep = reached => reached == at ? throw new TimeoutException("crash") : Task.CompletedTask;

        await Assert.ThrowsAsync<TimeoutException>(() => scene.MoveAsync(First));

        var moved = at == MoveStep.Committed ? 1000 : 0;
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Equal((2000 - moved, moved), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Move_SessionIsKilledAfterAStep_LeavesAllOrNothing(string step)
    {
        await using var scene = await MoveScene.StartAsync(postgres, configure: options => options.FreeExports = 0);
        scene.Once(Enum.Parse<MoveStep>(step), """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
            WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """);

        await Record.ExceptionAsync(() => scene.MoveAsync(First));

        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Contains((await scene.HotAsync(), await scene.ColdAsync()), new[] { (2000L, 0L), (1000L, 1000L) });
        await scene.ArchiveAsync();
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Equal((0, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Move_SomebodyElseCommitsToTheColdTable_KeepsItsHoldAndStagesAgain()
    {
        await using var scene = await MoveScene.StartAsync(postgres, configure: options => options.FreeExports = 0);
        var second = false;
        scene.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Staged && !second)
            {
                second = true;
                await scene.MoveAsync(First.AddDays(1));
            }
        };

        Assert.Equal(1000, (await scene.MoveAsync(First)).Rows);
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Equal((0, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
    }

    [Fact]
    public async Task Move_HeldForTooLong_LetsGoAndHoldsFewer()
    {
        await using var scene = await MoveScene.StartAsync(postgres, configure: options =>
        {
            (options.FreeExports, options.HeldRows) = (0, 1000);
            options.LongestHold = TimeSpan.FromSeconds(1);
        });
        var waits = 0;
        scene.Mover.AfterStep = step => step == MoveStep.Exported && waits++ == 0 ? Task.Delay(TimeSpan.FromSeconds(1.1)) : Task.CompletedTask;

        Assert.Equal(1000, (await scene.MoveAsync(First)).Rows);
        Assert.True(waits > 2, $"{waits} holds");
        Assert.Equal(Everything, await scene.AllAsync());
        Assert.Empty(await scene.Tiers.Get<TieringService>().ListUnreferencedFilesAsync("events", null, CancellationToken.None).ToListAsync());
    }
}
