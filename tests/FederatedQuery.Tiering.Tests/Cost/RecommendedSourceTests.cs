using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Cost;

public class RecommendedSourceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task OfAll_ByRetentionAndBoundary_NamesTheTier()
    {
        // Today is 2026-03-15.
        await using var scene = await MoveScene.StartAsync(postgres);
        var recommended = scene.Tiers.Get<RecommendedSource>();
        await CheckAsync("2026-02-20", DataSource.Postgres);
        await CheckAsync("2026-02-01", DataSource.Federated);

        await scene.ArchiveAsync();
        await CheckAsync("2026-04-01", DataSource.Postgres);
        await CheckAsync("2026-03-15", DataSource.Postgres);
        await CheckAsync("2026-03-14", DataSource.Iceberg);
        await CheckAsync("2024-03-20", DataSource.Iceberg);
        await CheckAsync("2024-02-15", DataSource.None);

        // Another table that has not moved, and keeps less.
        await scene.Tiers.ExecuteAsync("CREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz NOT NULL); CREATE TABLE plain (id bigint)");
        await scene.Tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = "visits", TimeColumn = "at", HotDays = 60, ColdDays = 100 }, CancellationToken.None);
        await CheckAsync("2026-03-20", DataSource.Postgres);
        await CheckAsync("2026-02-02", DataSource.Federated);
        await CheckAsync("2026-01-01", DataSource.Federated);
        await CheckAsync("2025-11-01", DataSource.Iceberg);
        await CheckAsync("2024-02-15", DataSource.None);
        await CheckAsync("2026-02-02", DataSource.Postgres, "visits");
        await CheckAsync("2025-11-01", DataSource.None, "visits");
        await CheckAsync("2026-02-02", DataSource.Iceberg, "events");
        await CheckAsync("1999-01-01", DataSource.Postgres, "plain");
        var unknown = await Assert.ThrowsAsync<FederatedQueryException>(() => CheckAsync("1999-01-01", DataSource.None, "vists"));
        Assert.Equal(FailureKind.UnknownTable, unknown.Kind);

        async Task CheckAsync(string moment, DataSource expected, string? table = null)
        {
            var date = DateTimeOffset.Parse(moment + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(expected, table is null
                ? await recommended.OfAllAsync(date, CancellationToken.None)
                : await recommended.OfTableAsync(null, table, date, CancellationToken.None));
        }
    }
}
