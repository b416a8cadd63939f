using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance.Orphans;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance;

public class OrphanRemoverTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task RemoveAsync_OldOrphans_GoAndNothingElseDoes()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        var (before, _) = await scene.FilesAsync();
        var orphans = new[] { await scene.PutAsync("data/at_day=2026-02-01/a.parquet"), await scene.PutAsync("metadata/snap-1.avro") };
        scene.Tiers.Pass(TimeSpan.FromDays(2.9));
        Assert.Equal(new Orphans(0, 0), await RemoveAsync(scene, isDryRun: false));
        scene.Tiers.Pass(TimeSpan.FromDays(0.2));
        var young = await scene.PutAsync("data/young.parquet");

        Assert.Equal(new Orphans(2, 8), await RemoveAsync(scene, isDryRun: true));
        Assert.Equal(0, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.dropped_files"));
        Assert.Equal(new Orphans(2, 8), await RemoveAsync(scene, isDryRun: false));

        // They wait, and are found once.
        Assert.True(await scene.ExistsAsync(orphans[0]));
        Assert.Equal(new Orphans(0, 0), await RemoveAsync(scene, isDryRun: false));
        Assert.Equal(2, (await scene.CleanAfterGraceAsync()).Deleted);
        Assert.Equal((false, false, true), (await scene.ExistsAsync(orphans[0]), await scene.ExistsAsync(orphans[1]), await scene.ExistsAsync(young)));
        Assert.Equal(before, (await scene.FilesAsync()).There.Where(key => !key.EndsWith("young.parquet", StringComparison.Ordinal)));
        Assert.Equal(1000, await scene.ColdAsync());
    }

    [Fact]
    public async Task RemoveAsync_TablesInOneFolder_AreLeftAlone()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        var catalog = scene.Tiers.Get<ColdCatalog>().Current;
        var table = await scene.LoadAsync();
        var inner = new TableIdentifier("default", "inner");
        await catalog.CreateTableAsync(
            inner,
            new NewTable { Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)), Location = $"{table.Metadata.Location}/inner" },
            CancellationToken.None);
        await scene.PutAsync("inner/data/staged.parquet");
        await scene.PutAsync("data/orphan.parquet");
        scene.Tiers.Pass(TimeSpan.FromDays(4));

        // The outer table's orphans are its own but for what lies in the inner table's folder; of the inner's nobody can tell.
        Assert.Equal(new Orphans(1, 4), await RemoveAsync(scene, isDryRun: true));
        var error = await Assert.ThrowsAsync<TieringException>(
            () => scene.Tiers.Get<OrphanRemover>().RemoveAsync(inner, isDryRun: true, CancellationToken.None));
        Assert.Equal(TieringErrorKind.NotAllowed, error.Kind);
        Assert.Contains("table 'default.events' lies in that folder or around it", error.Message, StringComparison.Ordinal);

        await scene.CommitAsync(metadata => metadata.WithProperties([new(TableProperties.GarbageCollectionEnabled, "false")]));
        error = await Assert.ThrowsAsync<TieringException>(() => RemoveAsync(scene, isDryRun: false));
        Assert.Equal("Orphans of table 'default.events' are kept: its property 'gc.enabled' is false.", error.Message);
    }

    private static Task<Orphans> RemoveAsync(MoveScene scene, bool isDryRun) =>
        scene.Tiers.Get<OrphanRemover>().RemoveAsync(MaintenanceScene.Events, isDryRun, CancellationToken.None);
}
