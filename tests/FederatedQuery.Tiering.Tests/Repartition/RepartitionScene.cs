using FederatedQuery.Cold.Staging;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Repartition;

namespace FederatedQuery.Tiering.Tests.Repartition;

/// <summary>A table <c>t</c> whose rows are loaded, made to be laid out anew.</summary>
internal sealed class RepartitionScene : IAsyncDisposable
{
    public static readonly TableIdentifier Identifier = new("default", "t");

    private RepartitionScene(TieringScene tiers) => Tiers = tiers;

    public TieringScene Tiers { get; }

    /// <param name="rows">
    /// A SELECT of <c>i</c> numbers: columns <c>id, at, region, amount, code, note</c>; <c>at</c> goes back 20 minutes a row from 2026-03-15.
    /// </param>
    public static string Rows(int rows) =>
        $"""
        SELECT i AS id, TIMESTAMPTZ '2026-03-15 00:00:00+00' - i * INTERVAL 20 MINUTE AS at,
          ['north', 'south', 'east', 'west', 'central'][(i * 31 + i // 7) % 5 + 1] AS region, (i % 1000 / 7.0)::DOUBLE AS ratio,
          (i * 0.25)::DECIMAL(12, 2) AS amount, 'code ' || i % 1500 AS code, [i] AS numbers, CASE WHEN i % 11 = 0 THEN NULL ELSE 'note ' || i END AS note
        FROM range({rows}) AS numbers(i)
        """;

    /// <param name="rows">Loaded rows, 72 of a day; 0: there is no table yet.</param>
    /// <param name="tiers">Where they go.</param>
    /// <param name="key">The table's primary key.</param>
    public static async Task<RepartitionScene> StartAsync(
        PostgresFixture postgres, int rows = 10_000, LoadTiers tiers = LoadTiers.ColdOnly, string[]? key = null, Action<TieringOptions>? configure = null)
    {
        var scene = new RepartitionScene(await TieringScene.StartAsync(postgres, configure));
        if (rows > 0)
        {
            await scene.LoadAsync(Rows(rows), tiers, key ?? ["id"]);
        }

        return scene;
    }

    public Task LoadAsync(string rows, LoadTiers tiers = LoadTiers.ColdOnly, string[]? key = null) => Tiers.Get<TableLoader>().LoadAsync(
        new LoadRequest { TableName = "t", Source = RowSource.Select(rows, "rows"), TimeColumn = "at", PrimaryKey = key ?? [], Tiers = tiers },
        new Progress<LoadProgress>(), CancellationToken.None);

    public async Task<TableLayout> PlanAsync(int? numPartitions, params string[]? partitionBy)
    {
        var target = await Tiers.Get<RepartitionTargets>().FindAsync(Identifier, CancellationToken.None);
        return await Tiers.Get<LayoutPlanner>().PlanAsync(target, new RepartitionRequest(numPartitions, partitionBy), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Tiers.DisposeAsync();
}
