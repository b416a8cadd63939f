using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Maintenance.Settings;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Maintenance;

public class MaintenanceSettingsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task ConfigureAsync_OneByOne_KeepsTheRest()
    {
        await using var scene = await MoveScene.StartAsync(postgres);

        const string Table = "Table 'default.events' is maintained by request only";
        Assert.Equal(
            $"{Table}, since MAINTENANCE_ENABLED is false; files are compacted to about 512 MB; snapshots expire after 30 days.", await ConfigureAsync(scene, new()));
        Assert.Equal(
            $"{Table}, since MAINTENANCE_ENABLED is false; files are compacted to about 64 MB; snapshots expire after 30 days.",
            await ConfigureAsync(scene, new() { TargetFileSizeMb = 64 }));
        Assert.Equal(
            $"{Table}; files are compacted to about 64 MB; snapshots expire after 7 days.", await ConfigureAsync(scene, new() { Enabled = false, SnapshotRetentionDays = 7 }));
        Assert.Equal($"{Table}; files are not compacted; snapshots expire after 7 days.", await ConfigureAsync(scene, new() { Compaction = false }));
    }

    [Fact]
    public async Task FindAsync_TableProperties_CountBeforeTheGatewaysSettings()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        await scene.CommitAsync(table => table.WithProperties([new(TableProperties.TargetFileSizeBytes, "33554432"), new(TableProperties.MaxSnapshotAgeMs, "86400000")]));

        var settings = await scene.Tiers.Get<MaintenanceConfigurator>().FindAsync(await scene.LoadAsync(), CancellationToken.None);

        Assert.Equal(new MaintenanceSettings(true, true, null, 32 << 20), settings);
        Assert.EndsWith("snapshots expire after 86400000 ms, as the table's property says.", await ConfigureAsync(scene, new()), StringComparison.Ordinal);
        Assert.EndsWith("to about 1 MB; snapshots expire after 2 days.", await ConfigureAsync(scene, new() { TargetFileSizeMb = 1, SnapshotRetentionDays = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigureAsync_WrongValuesAndTables_AreRefused()
    {
        await using var scene = await MoveScene.StartAsync(postgres);

        Assert.Equal("snapshotRetentionDays is 0; it must be 1 to 36500.", await RefusedAsync(new() { SnapshotRetentionDays = 0 }));
        Assert.Equal("targetFileSizeMb is 2049; it must be 1 to 2048.", await RefusedAsync(new() { TargetFileSizeMb = 2049 }));
        Assert.Equal("targetFileSizeMb is -1; it must be 1 to 2048.", await RefusedAsync(new() { TargetFileSizeMb = -1 }));
        var missing = await Assert.ThrowsAsync<TieringException>(
            () => scene.Tiers.Get<MaintenanceService>().RunAsync(new TableIdentifier("default", "nothing"), CancellationToken.None));
        Assert.Equal(TieringErrorKind.NotFound, missing.Kind);
        Assert.Equal("Table 'default.nothing' has no cold tier, so there is nothing to maintain. A table of PostgreSQL gets one by configureTiering.", missing.Message);

        async Task<string> RefusedAsync(ConfigureMaintenance input)
        {
            var error = await Assert.ThrowsAsync<TieringException>(() => ConfigureAsync(scene, input));
            Assert.Equal(TieringErrorKind.InvalidArgument, error.Kind);
            return error.Message;
        }
    }

    [Fact]
    public async Task RunOnceAsync_TablesWhoseTurnHasCome_AreQueuedOnce()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var loose = new TableIdentifier("default", "loose");
        await scene.Tiers.Get<ColdCatalog>().Catalog.CreateTableAsync(
            loose, new NewTable { Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)) }, CancellationToken.None);
        Assert.Equal([], await RoundAsync());

        // The first turn is at some moment of the first day.
        await WaitAsync();
        Assert.Equal(["events"], await RoundAsync());
        Assert.Equal([], await RoundAsync());

        // What is cold only is maintained when somebody has said so, and gone when it is gone.
        await scene.Tiers.Get<MaintenanceService>().ConfigureAsync(loose, new ConfigureMaintenance { Enabled = true }, CancellationToken.None);
        await ConfigureAsync(scene, new ConfigureMaintenance { Enabled = false });
        Assert.Equal([], await RoundAsync());
        await WaitAsync();
        Assert.Equal(["loose"], await RoundAsync());
        await scene.Tiers.Get<ColdCatalog>().Catalog.DropTableAsync(loose, CancellationToken.None);
        await ConfigureAsync(scene, new ConfigureMaintenance { Enabled = true });
        await WaitAsync();
        Assert.Equal(["events"], await RoundAsync());

        Task WaitAsync() => scene.Tiers.ExecuteAsync("UPDATE federated_query.table_maintenance SET queued_at = queued_at - interval '1 day'");

        async Task<IReadOnlyList<string?>> RoundAsync()
        {
            await scene.Tiers.Get<MaintenanceLoop>().RunOnceAsync(CancellationToken.None);
            var jobs = await scene.Tiers.Get<JobStore>().ListAsync(10, CancellationToken.None);
            await scene.Tiers.ExecuteAsync("DELETE FROM federated_query.jobs");
            return [.. jobs.Select(job => job.TableName)];
        }
    }

    private static Task<string> ConfigureAsync(MoveScene scene, ConfigureMaintenance input) =>
        scene.Tiers.Get<MaintenanceService>().ConfigureAsync(MaintenanceScene.Events, input, CancellationToken.None);
}
