using FederatedQuery.Cold.Staging;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tests.Publication;
using FederatedQuery.Tiering.Tests.Verification;

namespace FederatedQuery.Tiering.Tests.Erasing;

/// <summary>Erasing from tables whose cold rows are in a REST catalog, and from such as have no hot rows.</summary>
public class EraseElsewhereTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Erase_RestCatalog_RowsOfBothTiersAreNowhere()
    {
        await using var scene = await StartAsync();
        await scene.MoveAsync(RestScene.First);
        Assert.NotEmpty(await EraseScene.TracesAsync(scene.Tiers));

        var message = await EraseAsync(scene.Tiers, "events");

        Assert.Empty(await EraseScene.TracesAsync(scene.Tiers));
        Assert.StartsWith("Erased 200 rows of table 'events': 100 hot, 100 cold.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT deleted", message, StringComparison.Ordinal);
        await scene.AssertSettledAsync();
        await scene.ArchiveAsync();
        Assert.Equal("1800 | 1800", await scene.Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id) FROM events"));
        Assert.Equal(1800, await scene.MainAsync());
        await VerifiesAsync(scene);
    }

    /// <summary>Rows on a branch that is not merged yet are neither hot nor on main.</summary>
    [Theory]
    [InlineData(nameof(MoveStep.Staged))]
    [InlineData(nameof(MoveStep.Committed))]
    public async Task Erase_RestCatalogAndAMoveThatDied_ErasesWhatItLeft(string step)
    {
        await using var scene = await StartAsync();
        await scene.DieAsync(Enum.Parse<MoveStep>(step));

        await EraseAsync(scene.Tiers, "events");

        Assert.Empty(await EraseScene.TracesAsync(scene.Tiers));
        await scene.ArchiveAsync();
        Assert.Equal("1800 | 1800", await scene.Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id) FROM events"));
        await VerifiesAsync(scene);
    }

    [Fact]
    public async Task Erase_RestCatalogDuringAMove_MovesNoErasedRow()
    {
        await using var scene = await StartAsync();
        var erased = false;
        scene.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Exported && !erased)
            {
                erased = true;
                await EraseAsync(scene.Tiers, "events");
            }
        };

        Assert.Equal(900, (await scene.MoveAsync(RestScene.First)).Rows);
        Assert.Empty(await EraseScene.TracesAsync(scene.Tiers));
        await scene.AssertSettledAsync();
    }

    [Theory]
    [InlineData("at")]
    [InlineData("kind")]
    public async Task Erase_ColdOnlyTable_RowsAreNowhere(string partitionBy)
    {
        await using var tiers = await TieringScene.StartAsync(postgres, QuickErasure);
        await tiers.Get<TableLoader>().LoadAsync(
            new LoadRequest
            {
                TableName = "lake",
                Source = RowSource.Select(
                    $"SELECT i AS id, TIMESTAMPTZ '2026-02-01 00:00:00+00' + INTERVAL (i) MINUTE AS at, CASE WHEN i % 10 = 0 THEN '{EraseScene.Secret}' ELSE 'note' END AS note, i % 3 AS kind FROM range(100) AS r(i)",
                    "rows"),
                Tiers = LoadTiers.ColdOnly,
                PartitionBy = [partitionBy],
            },
            null,
            CancellationToken.None);
        Assert.NotEmpty(await EraseScene.TracesAsync(tiers, "lake"));

        var message = await EraseAsync(tiers, "lake");

        Assert.Empty(await EraseScene.TracesAsync(tiers, "lake"));
        Assert.StartsWith("Erased 10 rows of table 'lake': 0 hot, 10 cold.", message, StringComparison.Ordinal);
        Assert.Equal("90 | 90", await tiers.FederatedAsync("SELECT count(*), count(DISTINCT id) FROM lake"));
    }

    [Fact]
    public async Task Start_AHotOnlyTable_IsRefusedByName()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE plain (id int PRIMARY KEY)");

        var refused = await Assert.ThrowsAsync<TieringException>(() => tiers.Get<ErasureService>().StartAsync("plain", "id = 1", CancellationToken.None));

        Assert.Equal((TieringErrorKind.NotFound, true), (refused.Kind, refused.Message.StartsWith("Table 'plain' is neither tiered nor cold only.", StringComparison.Ordinal)));
    }

    private static void QuickErasure(TieringOptions options) => (options.QueryTimeout, options.DroppedFileMargin) = (TimeSpan.FromMilliseconds(300), TimeSpan.Zero);

    private async Task<RestScene> StartAsync()
    {
        var scene = await RestScene.StartAsync(postgres, options: QuickErasure);
        await scene.Tiers.ExecuteAsync($"UPDATE events SET note = '{EraseScene.Secret} ' || id WHERE id % 10 = 0");
        return scene;
    }

    private static async Task<string> EraseAsync(TieringScene tiers, string table) =>
        await EraseScene.RunAsync(tiers, await EraseScene.LeaseAsync(tiers, table));

    private static async Task VerifiesAsync(RestScene scene) => Assert.StartsWith("0 violations", await scene.Tiers.VerifyAsync("events"), StringComparison.Ordinal);
}
