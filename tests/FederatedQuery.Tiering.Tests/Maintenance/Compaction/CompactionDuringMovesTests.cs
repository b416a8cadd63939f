using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance.Compaction;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance.Compaction;

/// <summary>A day that late rows are moved into, again and again, is compacted in the midst of such a move, and such a move comes in the midst of a compaction.</summary>
public class CompactionDuringMovesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TableIdentifier Events = new("default", "events");
    private static readonly DateOnly Day = new(2026, 2, 1);

    [Fact]
    public async Task CompactAsync_RowsMoveMeanwhile_KeepsAllOfThem()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var compactor = scene.Tiers.Get<Compactor>();
        await scene.MoveAsync(Day);
        for (var late = 0; late < 4; late++)
        {
            await MoveLateRowAsync(scene, late);
        }

        compactor.BeforeCommit = () => MoveLateRowAsync(scene, 4);
        var first = await CompactAsync(scene);

        compactor.BeforeCommit = () => Task.CompletedTask;
        for (var late = 5; late < 8; late++)
        {
            await MoveLateRowAsync(scene, late);
        }

        // The move has written its files and its snapshot; the compaction is committed before it.
        CompactionResult? second = null;
        scene.Mover.AfterStep = async step =>
        {
            if (step == MoveStep.Staged && second is null)
            {
                second = await CompactAsync(scene);
            }
        };
        await MoveLateRowAsync(scene, 8);

        Assert.Equal((5, 1, 0, 1), (first.FilesBefore, first.FilesAfter, first.Conflicts, first.Commits));
        Assert.Equal((5, 1, 0, 1), (second!.FilesBefore, second.FilesAfter, second.Conflicts, second.Commits));
        Assert.Equal("1009 | 1009", await scene.Tiers.ColdAsync("SELECT count(*), count(DISTINCT id) FROM events"));
        Assert.Equal(MoveScene.RowsPerDay, await scene.HotAsync());
    }

    private static Task<CompactionResult> CompactAsync(MoveScene scene) =>
        scene.Tiers.Get<Compactor>().CompactAsync(scene.Tiers.Get<ColdCatalog>().Current, Events, new CompactionOptions(), null, CancellationToken.None);

    private static async Task MoveLateRowAsync(MoveScene scene, int number)
    {
        await scene.Tiers.ExecuteAsync($"INSERT INTO events VALUES ({10_000 + number}, '2026-02-01 12:00+00', 1, 'late')");
        await scene.MoveAsync(Day);
    }
}
