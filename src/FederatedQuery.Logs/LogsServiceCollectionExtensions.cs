using System.Diagnostics.Metrics;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Indexing;
using FederatedQuery.Logs.Ingest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs;

/// <summary>Registers what is done with log records. Register both tiers and tiering first.</summary>
public static class LogsServiceCollectionExtensions
{
    public static IServiceCollection AddLogIngest(this IServiceCollection services, Action<LogIngestOptions> configure)
    {
        services.AddOptions<LogIngestOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new LogIngestMetrics(provider.GetService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new LogLimits(provider.GetRequiredService<IOptions<LogIngestOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<LogTableSetup>();
        services.TryAddSingleton<LogTableState>();
        services.TryAddSingleton<LogPartitions>();
        services.TryAddSingleton(provider => new LogIngest(
            provider.GetRequiredService<LogTableState>(),
            provider.GetRequiredService<LogBatchStore>(),
            provider.GetRequiredService<PostgresConnections>(),
            provider.GetRequiredService<LogPartitions>(),
            provider.GetRequiredService<IOptions<LogIngestOptions>>(),
            provider.GetRequiredService<LogLimits>(),
            provider.GetRequiredService<LogIngestMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LogIngest>>()));
        services.AddHostedService(provider => provider.GetRequiredService<LogIngest>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LogMaintenanceLoop>());
        services.TryAddSingleton<LogIndexLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<LogIndexLoop>());
        return services;
    }
}
