using System.Text;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Tests.Moves;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>What tests of maintenance do with the scene's table <c>events</c>.</summary>
internal static class MaintenanceScene
{
    public static readonly TableIdentifier Events = new("default", "events");

    public static Task<CatalogTable> LoadAsync(this MoveScene scene) => scene.Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Events, CancellationToken.None);

    public static Task CommitAsync(this MoveScene scene, params IReadOnlyList<TableChange> changes) =>
        scene.Tiers.Get<TableCommitter>().CommitAsync(scene.Tiers.Get<ColdCatalog>().Catalog, Events, changes, CancellationToken.None);

    public static Task CommitAsync(this MoveScene scene, Func<TableMetadata, TableMetadata> change) => scene.CommitAsync(new MetadataChange(change));

    /// <summary>A file below the table's location.</summary>
    public static async Task<string> PutAsync(this MoveScene scene, string path)
    {
        var location = $"{(await scene.LoadAsync()).Metadata.Location}/{path}";
        var place = scene.Tiers.Get<ObjectStoreRegistry>().Resolve(location);
        await place.Store.PutAsync(place.Key, Encoding.UTF8.GetBytes("left"), WriteCondition.None, CancellationToken.None);
        return location;
    }

    public static Task<bool> ExistsAsync(this MoveScene scene, string location)
    {
        var place = scene.Tiers.Get<ObjectStoreRegistry>().Resolve(location);
        return place.Store.ExistsAsync(place.Key, CancellationToken.None);
    }

    /// <summary>Sees to what is dropped, as if the time that it waits had passed.</summary>
    public static async Task<CleanedFiles> CleanAfterGraceAsync(this MoveScene scene)
    {
        await scene.Tiers.ExecuteAsync("UPDATE federated_query.dropped_files SET delete_after = clock_timestamp() WHERE delete_after IS NOT NULL");
        return await scene.Tiers.Get<DroppedFileCleaner>().CleanAsync(Events, CancellationToken.None);
    }

    /// <summary>Runs the job to its end.</summary>
    public static async Task<Job> MaintainAsync(this MoveScene scene)
    {
        // A runner starts once.
        using var runner = new JobRunner(
            scene.Tiers.Get<JobStore>(), [scene.Tiers.Get<MaintenanceJob>().AsKind()], scene.Tiers.Get<IOptions<TieringOptions>>(), TimeProvider.System,
            NullLogger<JobRunner>.Instance);
        await runner.StartAsync(CancellationToken.None);
        var started = await scene.Tiers.Get<MaintenanceService>().RunAsync(Events, CancellationToken.None);
        var ended = await runner.WaitAsync(started.Id, CancellationToken.None);
        await runner.StopAsync(CancellationToken.None);
        return ended;
    }

    /// <summary>The keys of the files below the table's location, and of those that it names.</summary>
    public static async Task<(IReadOnlyList<string> There, IReadOnlyList<string> Named)> FilesAsync(this MoveScene scene)
    {
        var table = await scene.LoadAsync();
        var stores = scene.Tiers.Get<ObjectStoreRegistry>();
        var root = stores.Resolve(table.Metadata.Location);
        var there = await root.Store.ListAsync(root.Key + "/", CancellationToken.None).Select(file => file.Key).ToListAsync();
        var named = await ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, scene.Tiers.Get<ManifestCache>(), CancellationToken.None)
            .Select(location => stores.Resolve(location).Key).ToListAsync();
        return ([.. there.Order(StringComparer.Ordinal)], [.. named.Order(StringComparer.Ordinal)]);
    }
}
