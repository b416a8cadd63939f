using FederatedQuery.Cold;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>A table of two days, each moved in a snapshot of its own, with its first snapshot expired.</summary>
public class DroppedFileCleanerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TableIdentifier Events = new("default", "events");

    [Fact]
    public async Task CleanAsync_FilesOfACommit_GoOnlyWhenTheirTimeHasCome()
    {
        await using var scene = await ArchivedAsync();
        var table = await LoadAsync(scene);
        var list = table.Metadata.Snapshots[0].ManifestList!;
        await RecordAsync(scene, table, list);

        // Recorded and not committed: it may be dropped yet.
        Assert.Equal(default, await CleanAsync(scene));
        await ExpireAsync(scene);
        Assert.Equal(default(CleanedFiles) with { Scheduled = 1 }, await CleanAsync(scene));
        Assert.Equal(default, await CleanAsync(scene));
        Assert.True(await ExistsAsync(scene, list));
        var waiting = await scene.Tiers.Get<DroppedFileStore>().CountAsync(Events, CancellationToken.None);
        Assert.Equal((1L, 5L), (waiting.Files, waiting.Bytes));
        Assert.InRange(waiting.NextIn!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));

        await PassAsync(scene);
        Assert.Equal(default(CleanedFiles) with { Deleted = 1, Bytes = 5 }, await CleanAsync(scene));
        Assert.False(await ExistsAsync(scene, list));
        Assert.Equal(new WaitingFiles(0, 0, null), await scene.Tiers.Get<DroppedFileStore>().CountAsync(Events, CancellationToken.None));
        Assert.Equal(2000, await scene.ColdAsync());
    }

    [Fact]
    public async Task CleanAsync_FilesThatAreNamed_AreNeverDeleted()
    {
        await using var scene = await ArchivedAsync();
        var table = await LoadAsync(scene);
        var named = await ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, scene.Tiers.Get<ManifestCache>(), CancellationToken.None).ToListAsync();
        Assert.True(named.Count >= 9);

        // Written in other ways too, as other engines do.
        await RecordAsync(scene, table, [.. named, .. named.Select(location => location.Replace("file:///", "file:/", StringComparison.Ordinal))]);
        await PassAsync(scene, "delete_after = clock_timestamp()");

        Assert.Equal(default(CleanedFiles) with { Kept = 2 * named.Count }, await CleanAsync(scene));
        foreach (var location in named)
        {
            Assert.True(await ExistsAsync(scene, location));
        }

        Assert.Empty(await scene.Tiers.Get<DroppedFileStore>().ListTablesAsync(CancellationToken.None));
    }

    [Fact]
    public async Task CleanAsync_CommitThatNeverCame_IsForgottenAfterADay()
    {
        await using var scene = await ArchivedAsync();
        var table = await LoadAsync(scene);
        await RecordAsync(scene, table, table.MetadataLocation);
        await PassAsync(scene, "dropped_at = dropped_at - interval '25 hours'");

        Assert.Equal(default(CleanedFiles) with { Kept = 1 }, await CleanAsync(scene));
        Assert.True(await ExistsAsync(scene, table.MetadataLocation));
    }

    [Fact]
    public async Task CleanAsync_WhatIsNotTheTablesOwn_Stays()
    {
        await using var scene = await ArchivedAsync();
        var table = await LoadAsync(scene);
        var elsewhere = $"{table.Metadata.Location}-other/data/file.parquet";
        var place = scene.Tiers.Get<ObjectStoreRegistry>().Resolve(elsewhere);
        await place.Store.PutAsync(place.Key, new byte[] { 1 }, WriteCondition.None, CancellationToken.None);
        await RecordAsync(scene, table, elsewhere);
        await scene.Tiers.Get<DroppedFileStore>().RecordAsync(Events, "another-uuid", [(table.MetadataLocation, 1)], CancellationToken.None);
        await scene.Tiers.Get<DroppedFileStore>().RecordAsync(new TableIdentifier("default", "gone"), null, [(table.MetadataLocation, 1)], CancellationToken.None);
        await PassAsync(scene, "delete_after = clock_timestamp()");

        Assert.True(await scene.Tiers.Get<DroppedFileLoop>().RunOnceAsync(CancellationToken.None));

        Assert.True(await ExistsAsync(scene, elsewhere));
        Assert.True(await ExistsAsync(scene, table.MetadataLocation));
        Assert.Equal(0, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.dropped_files"));
    }

    [Fact]
    public async Task CleanAsync_TableUnderTwoNames_KeepsItsFiles()
    {
        await using var scene = await ArchivedAsync();
        var table = await LoadAsync(scene);
        await scene.Tiers.Get<ColdCatalog>().Current.RegisterTableAsync(new TableIdentifier("default", "twin"), table.MetadataLocation, CancellationToken.None);
        var list = table.Metadata.Snapshots[0].ManifestList!;
        await RecordAsync(scene, table, list);
        await ExpireAsync(scene);
        await PassAsync(scene, "delete_after = clock_timestamp()");

        Assert.Equal(default, await CleanAsync(scene));
        Assert.True(await ExistsAsync(scene, list));

        await scene.Tiers.Get<ColdCatalog>().Current.DropTableAsync(new TableIdentifier("default", "twin"), CancellationToken.None);
        Assert.Equal(1, (await CleanAsync(scene)).Deleted);
    }

    [Fact]
    public async Task RunOnceAsync_AnotherProcessIsAtIt_LeavesItAlone()
    {
        await using var scene = await ArchivedAsync();
        await using (await scene.Tiers.Get<DroppedFileStore>().TryAcquireAsync(CancellationToken.None))
        {
            Assert.False(await scene.Tiers.Get<DroppedFileLoop>().RunOnceAsync(CancellationToken.None));
        }

        Assert.True(await scene.Tiers.Get<DroppedFileLoop>().RunOnceAsync(CancellationToken.None));
    }

    private static Task<CleanedFiles> CleanAsync(MoveScene scene) => scene.Tiers.Get<DroppedFileCleaner>().CleanAsync(Events, CancellationToken.None);

    private static Task<CatalogTable> LoadAsync(MoveScene scene) => scene.Tiers.Get<ColdCatalog>().Current.LoadTableAsync(Events, CancellationToken.None);

    private static Task RecordAsync(MoveScene scene, CatalogTable table, params IReadOnlyList<string> locations) => scene.Tiers.Get<DroppedFileStore>()
        .RecordAsync(Events, table.Metadata.TableUuid, locations.Select(location => (location, (long?)5)), CancellationToken.None);

    private static Task ExpireAsync(MoveScene scene) => scene.Tiers.Get<TableCommitter>().CommitAsync(
        scene.Tiers.Get<ColdCatalog>().Current, Events, [new MetadataChange(table => table.WithoutExpired(long.MaxValue, maxSnapshotAgeMs: 0))], CancellationToken.None);

    /// <summary>As if time had passed.</summary>
    private static Task PassAsync(MoveScene scene, string change = "delete_after = delete_after - interval '10 minutes'") =>
        scene.Tiers.ExecuteAsync($"UPDATE federated_query.dropped_files SET {change}");

    private static Task<bool> ExistsAsync(MoveScene scene, string location)
    {
        var place = scene.Tiers.Get<ObjectStoreRegistry>().Resolve(location);
        return place.Store.ExistsAsync(place.Key, CancellationToken.None);
    }

    private async Task<MoveScene> ArchivedAsync()
    {
        var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        await scene.MoveAsync(new DateOnly(2026, 2, 2));
        return scene;
    }
}
