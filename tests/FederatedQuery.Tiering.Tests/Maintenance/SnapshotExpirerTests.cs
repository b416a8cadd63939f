using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Maintenance.Expiry;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>A table whose two days were moved, ten days apart, with an empty append two days ago.</summary>
public class SnapshotExpirerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TableIdentifier Events = new("default", "events");

    [Theory]
    [InlineData(null, null, 3)] // 30 days
    [InlineData(13, null, 3)]
    [InlineData(9, null, 2)]
    [InlineData(1, null, 1)]
    [InlineData(null, "432000000", 1)] // the property, of five days
    [InlineData(13, "1", 3)] // the setting counts before the property
    public async Task ExpireAsync_SettingAndProperty_SayWhatIsKept(int? days, string? property, int kept)
    {
        await using var scene = await StartAsync();
        if (property is not null)
        {
            await CommitAsync(scene, table => table.WithProperties([new(TableProperties.MaxSnapshotAgeMs, property)]));
        }

        var expired = await ExpireAsync(scene, days);

        var table = await LoadAsync(scene);
        Assert.Equal((kept, 3 - kept), (table.Metadata.Snapshots.Length, expired.Snapshots));
        Assert.Equal(kept < 3, expired.Files > 0);
        Assert.Equal(2000, await scene.ColdAsync());
    }

    [Fact]
    public async Task ExpireAsync_JustReplaced_StaysForADayHoweverOldItIs()
    {
        await using var scene = await StartAsync();
        scene.Tiers.Pass(TimeSpan.FromDays(100));
        await AppendNothingAsync(scene);

        Assert.Equal(2, (await ExpireAsync(scene, days: 1)).Snapshots);
        Assert.Equal(2, (await LoadAsync(scene)).Metadata.Snapshots.Length);
        scene.Tiers.Pass(TimeSpan.FromDays(1.1));
        Assert.Equal(1, (await ExpireAsync(scene, days: 1)).Snapshots);
        Assert.Equal(ExpiredSnapshots.None, await ExpireAsync(scene, days: 1));
    }

    [Fact]
    public async Task ExpireAsync_TagsAndPublishedSnapshots_AreKept()
    {
        await using var scene = await StartAsync();
        var table = (await LoadAsync(scene)).Metadata;
        await CommitAsync(scene, t => t.WithRef("audit", SnapshotRef.Tag(table.Snapshots[0].SnapshotId), t.LastUpdatedMs));
        await scene.Tiers.ExecuteAsync($"UPDATE federated_query.tiered_tables SET published_snapshot_id = {table.Snapshots[1].SnapshotId}");
        scene.Tiers.Pass(TimeSpan.FromDays(400));

        Assert.Equal(ExpiredSnapshots.None, await ExpireAsync(scene, days: 1));

        await scene.Tiers.ExecuteAsync("UPDATE federated_query.tiered_tables SET published_snapshot_id = NULL");
        Assert.Equal(1, (await ExpireAsync(scene, days: 1)).Snapshots);
        await CommitAsync(scene, t => t.WithProperties([new(TableProperties.MaxRefAgeMs, "1000")]));
        Assert.Equal((1, 1), ((await ExpireAsync(scene, days: 1)) is var last ? last.Snapshots : 0, last.Refs));
    }

    [Fact]
    public async Task ExpireAsync_TimeTravel_GoesToWhatIsKeptAndSaysWhatIsNot()
    {
        await using var scene = await StartAsync();
        var snapshots = (await LoadAsync(scene)).Metadata.Snapshots;
        Assert.Equal("1000", await CountAsync(scene, snapshots[0].SnapshotId));
        await ExpireAsync(scene, days: 9);
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.dropped_files SET delete_after = clock_timestamp()");
        var cleaned = await scene.Tiers.Get<DroppedFileCleaner>().CleanAsync(Events, CancellationToken.None);

        // Only its list: the manifest and the data file are the next snapshot's too.
        Assert.Equal(1, cleaned.Deleted);
        Assert.Equal("2000", await CountAsync(scene, snapshots[1].SnapshotId));
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => CountAsync(scene, snapshots[0].SnapshotId));
        Assert.Contains($"snapshot {snapshots[0].SnapshotId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpireAsync_FilesThatMayBeOthers_AreRefused()
    {
        await using var scene = await StartAsync();
        await CommitAsync(scene, table => table.WithProperties([new(TableProperties.GarbageCollectionEnabled, "false")]));

        var error = await Assert.ThrowsAsync<TieringException>(() => ExpireAsync(scene, days: 1));

        Assert.Equal(TieringErrorKind.NotAllowed, error.Kind);
        Assert.Equal(
            "Files of table 'default.events' are not deleted: its property 'gc.enabled' is false, for they may be other tables' too. Remove the property if they are its own.",
            error.Message);
        Assert.Equal(3, (await LoadAsync(scene)).Metadata.Snapshots.Length);
    }

    private static Task<ExpiredSnapshots> ExpireAsync(MoveScene scene, int? days) =>
        scene.Tiers.Get<SnapshotExpirer>().ExpireAsync(scene.Tiers.Get<ColdCatalog>().Catalog, Events, days, CancellationToken.None);

    private static Task<CatalogTable> LoadAsync(MoveScene scene) => scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);

    private static Task CommitAsync(MoveScene scene, Func<TableMetadata, TableMetadata> change) => scene.Tiers.Get<TableCommitter>()
        .CommitAsync(scene.Tiers.Get<ColdCatalog>().Catalog, Events, [new MetadataChange(change)], CancellationToken.None);

    private static Task AppendNothingAsync(MoveScene scene) => scene.Tiers.Get<TableCommitter>()
        .CommitAsync(scene.Tiers.Get<ColdCatalog>().Catalog, Events, [new AppendFiles([])], CancellationToken.None);

    private static async Task<string> CountAsync(MoveScene scene, long snapshotId)
    {
        using var answer = await scene.Tiers.Get<QueryService>().RunIcebergAsync(
            new QueryRequest { Sql = "SELECT count(*) AS n FROM events" }, new TimeTravel { SnapshotId = snapshotId }, CancellationToken.None);
        using var rows = System.Text.Json.JsonDocument.Parse(answer.RowsJson);
        return rows.RootElement[0].GetProperty("n").ToString();
    }

    private async Task<MoveScene> StartAsync()
    {
        var scene = await MoveScene.StartAsync(postgres);
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        scene.Tiers.Pass(TimeSpan.FromDays(4));
        await scene.MoveAsync(new DateOnly(2026, 2, 2));
        scene.Tiers.Pass(TimeSpan.FromDays(6));
        await AppendNothingAsync(scene);
        scene.Tiers.Pass(TimeSpan.FromDays(2));
        return scene;
    }
}
