using FederatedQuery.Hot.Moves;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Moves;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Moves;

/// <summary>Who holds a lock that a move wants does not stop it, and nobody waits for a move that waits.</summary>
public class BackpressureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly DateOnly First = new(2026, 2, 1);

    public static TheoryData<string, string> Holders => new()
    {
        { "a long reader", "SELECT count(*) FROM events" },
        { "a long writer of another row", "INSERT INTO events VALUES (7000, '2026-02-01 04:00+00', 1, 'held')" },
        { "vacuum", "LOCK TABLE events_1 IN SHARE UPDATE EXCLUSIVE MODE" },
        { "a dump", "LOCK TABLE events IN ACCESS SHARE MODE" },
    };

    /// <summary>Readers and writers who come while the move waits get through one after the other, though what it waits for never ends.</summary>
    [Theory]
    [MemberData(nameof(Holders))]
    public async Task Move_SomebodyHoldsTheTable_OthersGetThroughAndItMovesByDelete(string who, string sql)
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await using var holder = await scene.Tiers.Postgres.OpenConnectionAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(sql, holder))
        {
            await command.ExecuteNonQueryAsync();
        }

        var exported = new TaskCompletionSource();
        scene.Mover.AfterStep = step =>
        {
            exported.TrySetResult();
            return Task.CompletedTask;
        };
        var moving = Task.Run(() => scene.MoveAsync(First));
        await exported.Task;
        var (reads, writes) = (0, 0);
        do
        {
            await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM events WHERE at < '2026-02-02'");
            reads++;
            await scene.Tiers.ExecuteAsync(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"INSERT INTO events VALUES ({8000 + writes}, '2026-02-01 05:00+00', 0, 'late')"));
            writes++;
        }
        while (!moving.IsCompleted);

        Assert.Equal(1000, (await moving).Rows);
        Assert.True(reads > 1, $"{who}: {reads} reads while the move waited");
        await transaction.RollbackAsync();
        Assert.Equal(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{2000 + writes} | {2000 + writes} | 19990.00"), await scene.AllAsync());
    }

    [Fact]
    public async Task Move_PlainTable_WaitsForNobodyWhoWritesOtherRows()
    {
        await using var scene = await MoveScene.StartAsync(
            postgres, "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text)");
        await using var writer = await scene.Tiers.Postgres.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(
            "INSERT INTO events VALUES (7000, '2026-02-01 04:00+00', 1, 'late'); UPDATE events SET amount = 5 WHERE id = 1500", writer))
        {
            await command.ExecuteNonQueryAsync();
        }

        // While the move holds what it has taken, nobody else waits either.
        scene.Once(MoveStep.Published, "INSERT INTO events VALUES (7001, '2026-02-01 04:00+00', 1, 'late'); UPDATE events SET amount = 6 WHERE id = 1501");

        Assert.Equal(1000, (await scene.MoveAsync(First)).Rows);
        await transaction.CommitAsync();
        Assert.Equal((1002, 1000), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal("2 | 5.00 | 6.00", await scene.Tiers.FederatedAsync(
            "SELECT count(*) FILTER (WHERE note = 'late'), max(amount) FILTER (WHERE id = 1500), max(amount) FILTER (WHERE id = 1501) FROM events"));
    }

    [Fact]
    public async Task Move_ManyLateRows_AreNotCopiedWhileReadersWait()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        const long Late = MoveFinish.MostLateRowsPutBack + 1;
        scene.Once(MoveStep.Exported, $"INSERT INTO events SELECT 10000 + g, '2026-02-01 03:00+00', 0, 'late' FROM generate_series(1, {Late}) g");
        var file = await scene.Tiers.ScalarAsync<long>("SELECT pg_relation_filenode('events_1')::bigint");

        var result = await scene.MoveAsync(First);

        Assert.Equal((1000, Late), (result.Rows, result.LateRows));
        Assert.Equal(file, await scene.Tiers.ScalarAsync<long>("SELECT pg_relation_filenode('events_1')::bigint"));
        Assert.Equal((1000 + Late, 1000), (await scene.HotAsync(), await scene.ColdAsync()));
    }
}
