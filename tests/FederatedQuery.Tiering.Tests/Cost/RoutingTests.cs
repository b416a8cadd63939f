using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Cost;

/// <summary>A tier that cannot hold a matching row is not asked, and every row is found all the same.</summary>
public class RoutingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string ColdDays = "SELECT count(*) AS n FROM events e WHERE e.at >= '2026-02-01 00:00:00+00' AND e.at < '2026-02-03 00:00:00+00'";
    private const string HotDays = "SELECT count(*) AS n FROM events e WHERE e.at >= '2026-02-10 00:00:00+00'";

    [Fact]
    public async Task Run_RangeThatHasMoved_ReadsTheColdTierAlone()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.ArchiveAsync();
        await scene.Tiers.ExecuteAsync("INSERT INTO events SELECT g, '2026-02-12 00:00+00', 1, 'new' FROM generate_series(10000, 10099) g; ANALYZE events");

        await CheckAsync(scene, ColdDays, DataSource.Iceberg, hasHot: false, 2_000);
        await CheckAsync(scene, HotDays, DataSource.Postgres, hasHot: true, 100);
        await CheckAsync(scene, "SELECT count(*) AS n FROM events", DataSource.Federated, hasHot: true, 2_100);
        await CheckAsync(scene, "SELECT count(*) AS n FROM events e WHERE e.at < '2020-01-01'", DataSource.Iceberg, hasHot: false, 0);

        // Late rows: for a day that has a partition, and for one whose rows go to the default partition.
        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (20000, '2026-02-01 05:00+00', 1, 'late')");
        await CheckAsync(scene, ColdDays, DataSource.Federated, hasHot: true, 2_001);
        await scene.Tiers.ExecuteAsync("DELETE FROM events WHERE id = 20000; INSERT INTO events VALUES (20001, '2026-01-20 05:00+00', 1, 'later')");
        await CheckAsync(scene, ColdDays, DataSource.Iceberg, hasHot: false, 2_000);
        await CheckAsync(scene, "SELECT count(*) AS n FROM events e WHERE e.at < '2026-02-02 00:00:00+00'", DataSource.Federated, hasHot: true, 1_001);
    }

    [Fact]
    public async Task Run_HotTierIsEmpty_ReadsTheColdTierAlone()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.ArchiveAsync();

        await CheckAsync(scene, "SELECT count(*) AS n FROM events", DataSource.Iceberg, hasHot: false, 2_000);
        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (20000, '2026-02-11 05:00+00', 1, 'new')");
        await CheckAsync(scene, "SELECT count(*) AS n FROM events", DataSource.Federated, hasHot: true, 2_001);
    }

    /// <summary>A large table without partitions: asked by the index of its time column, and read where it has none.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("CREATE INDEX ON events (at);", false)]
    [InlineData("CREATE INDEX ON events USING brin (at);", false)]
    public async Task Run_PlainTable_IsAskedByItsTimeIndex(string index, bool hasHot)
    {
        await using var scene = await MoveScene.StartAsync(
            postgres, $"CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, amount numeric(12,2), note text); {index}");
        await scene.ArchiveAsync();
        await scene.Tiers.ExecuteAsync("INSERT INTO events SELECT g, '2026-02-12 00:00+00', 1, 'new' FROM generate_series(10000, 19999) g; ANALYZE events");

        await CheckAsync(scene, ColdDays, hasHot ? DataSource.Federated : DataSource.Iceberg, hasHot, 2_000);
        await scene.Tiers.ExecuteAsync("INSERT INTO events VALUES (20000, '2026-02-01 05:00+00', 1, 'late')");
        await CheckAsync(scene, ColdDays, DataSource.Federated, hasHot: true, 2_001);
    }

    private static async Task CheckAsync(MoveScene scene, string sql, DataSource source, bool hasHot, long rows)
    {
        scene.Tiers.Get<TableRegistry>().Forget();
        using var answer = await scene.Tiers.Get<QueryService>().RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None);

        Assert.Equal($$"""[{"n":{{rows}}}]""", System.Text.Encoding.UTF8.GetString(answer.RowsJson.Span));
        Assert.Equal((source, hasHot), (answer.DataSource, answer.Report.Hot is not null));
        var estimate = await scene.Tiers.Get<QueryService>().ExplainAsync(new QueryRequest { Sql = sql }, DataSource.Federated, CancellationToken.None);
        Assert.Equal((source, hasHot), (estimate.DataSource, estimate.HotSql.Count > 0));
    }
}
