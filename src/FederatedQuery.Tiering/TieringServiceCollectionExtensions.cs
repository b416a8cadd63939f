using System.Diagnostics.Metrics;
using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Tiering.Analytics;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Maintenance.Compaction;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Maintenance.Expiry;
using FederatedQuery.Tiering.Maintenance.Manifests;
using FederatedQuery.Tiering.Maintenance.Orphans;
using FederatedQuery.Tiering.Maintenance.Retention;
using FederatedQuery.Tiering.Maintenance.Settings;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Repartition;
using FederatedQuery.Tiering.RowChanges;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering;

/// <summary>Registers writing. Register both tiers first.</summary>
public static class TieringServiceCollectionExtensions
{
    public static IServiceCollection AddTiering(this IServiceCollection services, Action<TieringOptions> configure)
    {
        services.AddOptionsWithValidateOnStart<TieringOptions, TieringOptionsValidator>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HotScanRegistry>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<TableFunction, HotScanFunction>());
        services.TryAddSingleton<TableConfigurator>();
        services.TryAddSingleton<TieredTableRules>();
        services.TryAddSingleton<TableColumns>();
        services.TryAddSingleton<TableRegistrar>();
        services.TryAddSingleton<TieringService>();
        services.TryAddSingleton<MissingPartitions>();
        services.TryAddSingleton<RowChanger>();
        services.TryAddSingleton<RowMutationSettings>();
        services.TryAddSingleton<LoadTables>();
        services.TryAddSingleton<LoadRows>();
        services.TryAddSingleton<RestLoadWriter>();
        services.TryAddSingleton<LoadWriter>();
        services.TryAddSingleton<TableLoader>();
        return services.AddMoves().AddMaintenance().AddRepartition().AddAnalytics().AddVerification().AddJobs();
    }

    /// <summary>Registers erasing, beside <see cref="AddTiering"/>: it needs somebody who reads conditions.</summary>
    public static IServiceCollection AddErasing(this IServiceCollection services, Func<IServiceProvider, RowMatchCompiler> compiler)
    {
        services.TryAddSingleton(compiler);
        services.TryAddSingleton<HotErasure>();
        services.TryAddSingleton<ColdErasure>();
        services.TryAddSingleton<SnapshotErasure>();
        services.TryAddSingleton<ErasedFiles>();
        services.TryAddSingleton<EraseJob>();
        services.AddSingleton(provider => provider.GetRequiredService<EraseJob>().AsKind());
        services.TryAddSingleton<ErasureService>();
        services.TryAddSingleton<ErasedFilesLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ErasedFilesLoop>());
        return services;
    }

    private static IServiceCollection AddMoves(this IServiceCollection services)
    {
        services.TryAddSingleton<MoveWriter>();
        services.TryAddSingleton<MoveFinisher>();
        services.TryAddSingleton<TablePublisher>();
        services.TryAddSingleton<MovePublisher>();
        services.TryAddSingleton<TableCreation>();
        services.TryAddSingleton<TableMover>();
        services.TryAddSingleton<EmptyPartitions>();
        services.TryAddSingleton<PartitionCleaner>();
        services.TryAddSingleton<ArchiveJob>();
        services.TryAddSingleton<ArchiveLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ArchiveLoop>());
        return services;
    }

    private static IServiceCollection AddMaintenance(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new MaintenanceMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<NamedFiles>();
        services.TryAddSingleton<TableNeighbours>();
        services.TryAddSingleton<Compactor>();
        services.TryAddSingleton<ManifestRewriter>();
        services.TryAddSingleton<DroppedFileCleaner>();
        services.TryAddSingleton<DroppedFileLoop>();
        services.TryAddSingleton<SnapshotExpirer>();
        services.TryAddSingleton<UnreferencedFiles>();
        services.TryAddSingleton<OrphanRemover>();
        services.TryAddSingleton<MaintenanceConfigurator>();
        services.TryAddSingleton<MaintenanceJob>();
        services.TryAddSingleton<MaintenanceService>();
        services.TryAddSingleton<MaintenanceLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<MaintenanceLoop>());

        // In the order in which a job does them: what one drops, the next ones see to.
        services.AddSingleton<IMaintenanceStep, RetentionStep>();
        services.AddSingleton<IMaintenanceStep, CompactionStep>();
        services.AddSingleton<IMaintenanceStep, ManifestStep>();
        services.AddSingleton<IMaintenanceStep, ExpiryStep>();
        services.AddSingleton<IMaintenanceStep, DroppedFilesStep>();
        services.AddSingleton<IMaintenanceStep, OrphanStep>();
        services.AddHostedService(provider => provider.GetRequiredService<DroppedFileLoop>());
        return services;
    }

    private static IServiceCollection AddVerification(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new VerificationMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<OthersRows>();
        services.TryAddSingleton<VerifiedTables>();
        services.TryAddSingleton<TableVerifier>();
        services.TryAddSingleton<KeyVerifier>();
        services.TryAddSingleton<VerifyJob>();
        services.AddSingleton(provider => provider.GetRequiredService<VerifyJob>().AsKind());
        services.TryAddSingleton<VerificationService>();
        services.TryAddSingleton<VerificationLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<VerificationLoop>());
        return services;
    }

    private static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<ArchiveJob>().AsKind());
        services.AddSingleton(provider => provider.GetRequiredService<MaintenanceJob>().AsKind());
        services.TryAddSingleton<JobCatalogs>();
        services.TryAddSingleton(provider => new JobMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<JobRunner>();
        services.TryAddSingleton(provider => new JobParts(
            provider.GetRequiredService<JobStore>(),
            provider.GetRequiredService<JobRunner>,
            provider.GetRequiredService<IOptions<TieringOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JobParts>>()));
        services.TryAddSingleton<JobHistory>();
        services.AddHostedService(provider => provider.GetRequiredService<JobHistory>());
        services.AddHostedService(provider => provider.GetRequiredService<JobRunner>());
        services.TryAddSingleton<JobWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<JobWatcher>());
        return services;
    }
}
