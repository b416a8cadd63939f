using FederatedQuery.Gateway.Settings;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Both tiers and tiering for a command that is not the server: started, but without anything that works in the background. May run
/// beside a gateway on the same data: it has folders of its own for what is passing.
/// </summary>
internal sealed class StandaloneServices : IAsyncDisposable
{
    private readonly string _scratch;

    private StandaloneServices(ServiceProvider provider, string scratch)
    {
        Provider = provider;
        _scratch = scratch;
    }

    public ServiceProvider Provider { get; }

    public static async Task<StandaloneServices> StartAsync(GatewaySettings settings, CancellationToken cancellationToken)
    {
        var scratch = Path.Combine(settings.DataDirectory, $"command-{Environment.ProcessId}");
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddGatewayLogging(quiet: true));
        services.AddTiers(settings, Path.Combine(scratch, "staging"), Path.Combine(scratch, "spill"), Path.Combine(scratch, "cache"));
        services.AddTiering(options => GatewayServices.Configure(options, settings));
        var started = new StandaloneServices(services.BuildServiceProvider(), scratch);
        try
        {
            // The phase in which the tiers come up; background work would begin in the next one.
            foreach (var service in started.Provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            {
                await service.StartingAsync(cancellationToken);
            }

            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        if (Directory.Exists(_scratch))
        {
            Directory.Delete(_scratch, recursive: true);
        }
    }
}
