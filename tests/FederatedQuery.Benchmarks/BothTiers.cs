using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using FederatedQuery.Tiering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Benchmarks;

/// <summary>
/// Both tiers in this process as the gateway composes them, with its default limits, on a PostgreSQL of their own that keeps its promises
/// (fsync on); nothing runs by itself. Gone when disposed of.
/// </summary>
internal sealed class BothTiers : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ServiceProvider _services;

    private BothTiers(TemporaryFolder folder, ServiceProvider services)
    {
        _folder = folder;
        _services = services;
    }

    public NpgsqlDataSource Postgres => Get<PostgresConnections>().Owner;

    /// <param name="stores">Where tables may lie besides the warehouse, which is a local folder.</param>
    /// <param name="cancellationToken">Gives up; nothing stays behind.</param>
    public static async Task<BothTiers> StartAsync(CancellationToken cancellationToken, params IReadOnlyList<ObjectStoreRegistry.Root> stores)
    {
        var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
        {
            // A server that runs under another account has to get there.
            System.IO.File.SetUnixFileMode(
                folder.FullPath,
                System.IO.File.GetUnixFileMode(folder.FullPath) | UnixFileMode.GroupExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        }

        var tiers = new BothTiers(folder, Services(folder, stores));
        try
        {
            foreach (var service in tiers._services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            {
                await service.StartingAsync(cancellationToken);
            }

            return tiers;
        }
        catch
        {
            await tiers.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A file that goes when this does.</summary>
    public string File(string name) => _folder.File(name);

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Postgres.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private static ServiceProvider Services(TemporaryFolder folder, IReadOnlyList<ObjectStoreRegistry.Root> stores)
    {
        var services = new ServiceCollection();
        if (stores.Count > 0)
        {
            // Before AddCold, which would register the warehouse alone.
            var warehouse = folder.File("warehouse");
            services.AddSingleton(new ObjectStoreRegistry(
                [new ObjectStoreRegistry.Root(new Uri(warehouse).AbsoluteUri, new LocalObjectStore(warehouse, TimeProvider.System)), .. stores]));
        }

        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddHot(options => options.DataDirectory = folder.File("data"));
        services.AddCold(
            options =>
            {
                options.WarehouseDirectory = folder.File("warehouse");
                options.StagingDirectory = folder.File("staging");
                options.TemporaryDirectory = folder.File("spill");
                options.CacheDirectory = folder.File("cache");
                options.CacheDirectory = folder.File("cache");
            },
            provider => provider.GetRequiredService<PostgresConnections>().Owner);
        services.AddFederation(_ => { });

        // Rounds are to compute their answers.
        services.Configure<MaterializationOptions>(options => options.Enabled = false);
        services.AddTiering(options => options.MaintenanceEnabled = false);
        return services.BuildServiceProvider();
    }
}
