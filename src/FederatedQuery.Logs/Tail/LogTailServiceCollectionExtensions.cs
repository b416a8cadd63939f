using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Tail;

/// <summary>Registers the live tail. Needs both tiers and reading registered.</summary>
public static class LogTailServiceCollectionExtensions
{
    public static IServiceCollection AddLogTail(this IServiceCollection services)
    {
        services.AddOptions<LogTailOptions>();
        services.TryAddSingleton(provider => new LogTailMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<StoredBatches>();
        services.TryAddSingleton<TailHistory>();
        services.TryAddSingleton<LogTailHub>();
        services.TryAddSingleton(provider => new LogTail(
            provider.GetRequiredService<LogTailHub>(), provider.GetRequiredService<StoredBatches>(), provider.GetRequiredService<TailHistory>(),
            provider.GetRequiredService<LogTailMetrics>(), provider.GetRequiredService<IOptions<LogTailOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LogTailHub>(provider => provider.GetRequiredService<LogTailHub>()));
        return services;
    }
}
