using System.Globalization;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Testing;

namespace FederatedQuery.Tiering.Tests.Moves;

public class PagesWhileMovingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Days = 6;
    private const int Rows = Days * 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadPage_WalkWhileDaysMove_SeesEachRowOnce(bool isBackward)
    {
        await using var scene = await MoveScene.StartAsync(postgres, Ddl());
        await scene.Tiers.ExecuteAsync($"""
            TRUNCATE events;
            INSERT INTO events SELECT g, timestamptz '2026-02-01 00:00+00' + (g % {Days}) * interval '1 day' + g * interval '1 second', 1, 'note' FROM generate_series(0, {Rows - 1}) g
            """);
        var moving = Task.Run(scene.ArchiveAsync);
        var reader = scene.Tiers.Get<RowReader>();
        var ids = new List<long>();
        var walks = 0;
        do
        {
            ids.Clear();
            string? cursor = null;
            bool hasMore;
            do
            {
                var table = await scene.Tiers.Get<TableRegistry>().RequireAsync(null, "events", CancellationToken.None);
                var query = new RowQuery { Table = table, Order = [new RowOrder(table.Schema.FindField("at")!.Id, Descending: true)], Columns = [table.Schema.FindField("id")!.Id] };
                var request = new PageRequest { Count = 90, IsBackward = isBackward, After = isBackward ? null : cursor, Before = isBackward ? cursor : null };
                using var page = await reader.ReadPageAsync(query, request, CancellationToken.None);
                ids.AddRange(Enumerable.Range(0, page.RowCount).Select(row => page.Value(row, 0)!.Value.AsLong));
                hasMore = isBackward ? page.HasPrevious : page.HasNext;
                cursor = page.RowCount == 0 ? null : page.Cursor(isBackward ? 0 : page.RowCount - 1);
            }
            while (hasMore);

            Assert.Equal(Enumerable.Range(0, Rows).Select(id => (long)id), ids.Order());
            walks++;
        }
        while (!moving.IsCompleted || walks < 2);

        await moving;
        Assert.Equal((0, (long)Rows), (await scene.HotAsync(), await scene.ColdAsync()));
    }

    private static string Ddl() =>
        "CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
        + string.Concat(Enumerable.Range(1, Days).Select(day => string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE TABLE events_{day} PARTITION OF events FOR VALUES FROM ('2026-02-{day:00} 00:00+00') TO ('2026-02-{day + 1:00} 00:00+00');")))
        + "CREATE TABLE events_rest PARTITION OF events DEFAULT";
}
