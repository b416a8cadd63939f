using System.Globalization;
using FederatedQuery.Testing;

namespace FederatedQuery.Tiering.Tests.Moves;

public class ConcurrentReadsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Days = 8;

    /// <summary>Every answer holds each row once: those committed before the query began, and none that was not when it ended.</summary>
    [Fact]
    public async Task Read_WhileRacersMoveAndLateRowsArrive_SeesEachRowOnce()
    {
        await using var scene = await MoveScene.StartAsync(postgres, Ddl());
        await scene.Tiers.ExecuteAsync($"""
            TRUNCATE events;
            INSERT INTO events SELECT g, timestamptz '2026-02-01 00:00+00' + (g % {Days}) * interval '1 day' + g * interval '1 second', 1, 'note'
            FROM generate_series(0, {(Days * 300) - 1}) g
            """);
        var inserted = Days * 300;
        var moving = Task.WhenAll(Task.Run(ArchiveTwiceAsync), Task.Run(ArchiveTwiceAsync));
        var inserting = Task.Run(InsertAsync);

        var answers = 0;
        do
        {
            var atLeast = Volatile.Read(ref inserted);
            var answer = (await scene.Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id), sum(amount)::BIGINT FROM events")).Split(" | ");
            // One row may be committed and not counted yet.
            var atMost = Volatile.Read(ref inserted) + 1;

            Assert.InRange(long.Parse(answer[0], CultureInfo.InvariantCulture), atLeast, atMost);
            Assert.Equal(answer[0], answer[1]);
            Assert.Equal(answer[0], answer[2]);
            answers++;
        }
        while (!moving.IsCompleted || answers < 20);

        await moving;
        await inserting;
        await scene.ArchiveAsync();
        Assert.Equal($"{inserted} | {inserted}", await scene.Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id) FROM events"));
        Assert.Equal((0, (long)inserted), (await scene.HotAsync(), await scene.ColdAsync()));
        Assert.Equal(inserted, (await scene.RecordedAsync()).Sum(move => move.Rows));

        async Task ArchiveTwiceAsync()
        {
            await scene.ArchiveAsync();
            await scene.ArchiveAsync();
        }

        async Task InsertAsync()
        {
            while (!moving.IsCompleted)
            {
                await scene.Tiers.ExecuteAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO events VALUES ({inserted}, timestamptz '2026-02-01 06:00+00' + ({inserted} % {Days}) * interval '1 day', 1, 'late')"));
                Interlocked.Increment(ref inserted);
            }
        }
    }

    private static string Ddl() =>
        "CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
        + string.Concat(Enumerable.Range(1, Days).Select(day => string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE TABLE events_{day} PARTITION OF events FOR VALUES FROM ('2026-02-{day:00} 00:00+00') TO ('2026-02-{day + 1:00} 00:00+00');")))
        + "CREATE TABLE events_rest PARTITION OF events DEFAULT";
}
