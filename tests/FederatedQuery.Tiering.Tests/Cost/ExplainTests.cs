using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Cost;

public class ExplainTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly DateOnly FirstDay = new(2026, 2, 1);

    [Fact]
    public async Task Explain_DataFilesAreGone_SaysWhatTheQueryWouldRead()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(FirstDay);
        const string Sql = "SELECT sum(amount) FROM events";
        using var answer = await scene.Tiers.Get<QueryService>().RunFederatedAsync(new QueryRequest { Sql = Sql }, CancellationToken.None);
        foreach (var file in Directory.EnumerateFiles(scene.Tiers.File("warehouse"), "*.parquet", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        var estimate = await ExplainAsync(scene, Sql);

        Assert.Equal(DataSource.Federated, estimate.DataSource);
        Assert.Contains("FROM \"public\".\"events\"", Assert.Single(estimate.HotSql), StringComparison.Ordinal);
        Assert.InRange(estimate.HotRows, MoveScene.RowsPerDay, 20 * MoveScene.RowsPerDay);
        Assert.Equal((answer.Report.Cold!.FilesTotal, answer.Report.Cold.FilesRead, answer.Report.Cold.BytesRead), (estimate.FilesTotal, estimate.FilesToRead, estimate.BytesToRead));
        Assert.Equal(answer.Report.ColdBytesCharged, estimate.BytesToRead);
        // On local disk nothing is fetched.
        Assert.Equal((0, 0), (estimate.BytesToFetch, estimate.ObjectStoreRequests));
    }

    [Fact]
    public async Task Explain_FewerColumnsAndDays_CountsLess()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.ArchiveAsync();

        var all = await ExplainAsync(scene, "SELECT * FROM events", DataSource.Iceberg);
        var one = await ExplainAsync(scene, "SELECT sum(amount) FROM events", DataSource.Iceberg);
        var day = await ExplainAsync(scene, "SELECT * FROM events e WHERE e.at < '2026-02-02'", DataSource.Iceberg);
        var none = await ExplainAsync(scene, "SELECT * FROM events e WHERE e.at < '2020-02-02'", DataSource.Iceberg);

        Assert.Equal((DataSource.Iceberg, 0L), (all.DataSource, all.HotRows));
        Assert.Empty(all.HotSql);
        Assert.Equal((2, 2, 1, 0), (all.FilesTotal, all.FilesToRead, day.FilesToRead, none.FilesToRead));
        Assert.InRange(one.BytesToRead, 1, all.BytesToRead / 2);
        Assert.InRange(day.BytesToRead, all.BytesToRead / 3, all.BytesToRead * 2 / 3);
        Assert.Equal(0, none.BytesToRead);
    }

    [Fact]
    public async Task Explain_Postgres_BoundsTheRowsOfTheScannedPartitions()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("GRANT SELECT ON events TO PUBLIC");

        await CheckAsync("SELECT * FROM events", 2_000, 30_000);
        await CheckAsync("SELECT count(*) FROM events WHERE at < '2026-02-02 00:00+00'", 1_000, 15_000);
        await CheckAsync("SELECT * FROM events WHERE at < '2020-01-01 00:00+00'", 0, 0);
        await CheckAsync("SELECT 1 AS one", 0, 0);

        async Task CheckAsync(string sql, long atLeast, long atMost)
        {
            var estimate = await ExplainAsync(scene, sql, DataSource.Postgres);

            Assert.Equal(DataSource.Postgres, estimate.DataSource);
            Assert.InRange(estimate.HotRows, atLeast, atMost);
            Assert.Contains(sql, Assert.Single(estimate.HotSql), StringComparison.Ordinal);
            Assert.Equal((0, 0L), (estimate.FilesTotal, estimate.BytesToRead));
        }
    }

    /// <summary>Rows as small as they get, a column that no row holds yet, and one that PostgreSQL computes when it is read.</summary>
    [Fact]
    public async Task Explain_TinyRows_StillBoundsThem()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("""
            CREATE TABLE tiny (id int);
            INSERT INTO tiny SELECT NULL FROM generate_series(1, 100000);
            ALTER TABLE tiny ADD COLUMN added bigint NOT NULL DEFAULT 7, ADD COLUMN text text NOT NULL DEFAULT 'x';
            
            """);

        var estimate = await tiers.Get<QueryService>().ExplainAsync(new QueryRequest { Sql = "SELECT * FROM tiny" }, DataSource.Federated, CancellationToken.None);

        Assert.InRange(estimate.HotRows, 100_000, 130_000);
    }

    [Fact]
    public async Task Explain_WhatWouldBeRefused_IsRefused()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL)");

        await CheckAsync("SELECT FROM WHERE", DataSource.Federated, FailureKind.Syntax);
        await CheckAsync("SELECT * FROM evnts", DataSource.Iceberg, FailureKind.UnknownTable);
        await CheckAsync("SELECT * FROM read_csv('/etc/passwd')", DataSource.Federated, FailureKind.NotAllowed);
        await CheckAsync("SELECT pg_sleep(9)", DataSource.Postgres, FailureKind.NotAllowed);
        await CheckAsync("SELECT * FROM events", DataSource.Materialized, FailureKind.BadArgument);
        await CheckAsync("SELECT * FROM events", DataSource.None, FailureKind.BadArgument);

        async Task CheckAsync(string sql, DataSource source, FailureKind kind)
        {
            var error = await Assert.ThrowsAsync<FederatedQueryException>(() =>
                tiers.Get<QueryService>().ExplainAsync(new QueryRequest { Sql = sql }, source, CancellationToken.None));

            Assert.Equal(kind, error.Kind);
        }
    }

    [Theory]
    [InlineData("SELECT nosuch FROM events", DataSource.Federated)]
    [InlineData("SELECT nosuch FROM events", DataSource.Iceberg)]
    [InlineData("SELECT e.id FROM events AS e WHERE e.nosuch > 1", DataSource.Federated)]
    [InlineData("SELECT sum(at) FROM events", DataSource.Federated)]
    [InlineData("SELECT * FROM events JOIN nosuch USING (id)", DataSource.Federated)]
    [InlineData("SELECT nosuch FROM events", DataSource.Postgres)]
    public async Task Explain_NamesThatAreNotThere_SaysWhatTheQuerySays(string sql, DataSource source)
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.Tiers.ExecuteAsync("GRANT SELECT ON events TO PUBLIC");
        await scene.MoveAsync(FirstDay);
        var queries = scene.Tiers.Get<QueryService>();
        var request = new QueryRequest { Sql = sql };

        var run = await Assert.ThrowsAsync<FederatedQueryException>(() => source switch
        {
            DataSource.Iceberg => queries.RunIcebergAsync(request, TimeTravel.None, CancellationToken.None),
            DataSource.Postgres => queries.RunPostgresAsync(request, CancellationToken.None),
            _ => queries.RunFederatedAsync(request, CancellationToken.None),
        });
        var explained = await Assert.ThrowsAsync<FederatedQueryException>(() => ExplainAsync(scene, sql, source));

        Assert.Equal((run.Kind, run.Message), (explained.Kind, explained.Message));
    }

    private static Task<QueryEstimate> ExplainAsync(MoveScene scene, string sql, DataSource source = DataSource.Federated) =>
        scene.Tiers.Get<QueryService>().ExplainAsync(new QueryRequest { Sql = sql }, source, CancellationToken.None);
}
