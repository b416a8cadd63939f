using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Erasures;
using FederatedQuery.Hot.Control.Keys;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Writes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Hot;

/// <summary>Registers the hot tier. Everything is usable once the host's hosted services start.</summary>
public static class HotServiceCollectionExtensions
{
    public static IServiceCollection AddHot(this IServiceCollection services, Action<PostgresOptions> configure)
    {
        services.AddOptionsWithValidateOnStart<PostgresOptions, PostgresOptionsValidator>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new PostgresConnections(
            provider.GetRequiredService<IOptions<PostgresOptions>>().Value,
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<QueryRole>();
        services.TryAddSingleton<PostgresIntrospector>();
        services.TryAddSingleton<TableFingerprints>();
        services.TryAddSingleton<DayPartitions>();
        services.TryAddSingleton<PartitionIndexes>();
        services.TryAddSingleton<HotScanRegistry>();
        services.TryAddSingleton<HotScanFunction>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HotStartup>());
        return services.AddControlTables();
    }

    private static IServiceCollection AddControlTables(this IServiceCollection services)
    {
        services.TryAddSingleton<ControlMigrator>();
        services.TryAddSingleton<TieredTableStore>();
        services.TryAddSingleton<RowMutationStore>();
        services.TryAddSingleton<JobStore>();
        services.TryAddSingleton<MoveStore>();
        services.TryAddSingleton<DroppedFileStore>();
        services.TryAddSingleton<TableMaintenanceStore>();
        services.TryAddSingleton<ColdUsageStore>();
        services.TryAddSingleton<ApiKeyStore>();
        services.TryAddSingleton<AnalyticsTableStore>();
        services.TryAddSingleton<VerificationStore>();
        services.TryAddSingleton<MaterializedResultStore>();
        services.TryAddSingleton<TableWrites>();
        services.TryAddSingleton<ErasureStore>();
        services.TryAddSingleton<LogBatchStore>();
        return services;
    }
}
