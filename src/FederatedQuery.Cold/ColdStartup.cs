using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Files;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold;

/// <summary>Brings the cold tier up after the hot one (whose database holds the catalog) and before anything that serves requests.</summary>
internal sealed class ColdStartup(
    ColdCatalog catalog, ObjectStoreRegistry stores, DataFileSource files, DuckDbEngine engine, DuckDbMetrics metrics, IOptions<ColdOptions> options) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Value.WarehouseDirectory);
        Directory.CreateDirectory(options.Value.StagingDirectory);
        if (!stores.IsLocal || catalog.IsRest)
        {
            files.OpenCache();
        }

        await catalog.OpenAsync(cancellationToken);

        // Only now are the folders known that it may read.
        engine.Open();
        metrics.Begin();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
