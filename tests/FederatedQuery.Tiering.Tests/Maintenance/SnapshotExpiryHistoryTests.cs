using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Tiering.Tests.Maintenance;

public class SnapshotExpiryHistoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task ExpireAsync_RandomHistories_DeletesWhatNothingNamesAndNothingElse()
    {
        await using var scene = await TieringScene.StartAsync(postgres);
        var (snapshots, files) = (0, 0L);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var history = new ExpiryHistory(scene, seed);
            history.RunAsync(steps: 20).GetAwaiter().GetResult();
            (snapshots, files) = (snapshots + history.ExpiredSnapshots, files + history.DeletedFiles);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

        Assert.True(snapshots > 40 && files > 200, $"{snapshots} snapshots, {files} files");
    }
}
