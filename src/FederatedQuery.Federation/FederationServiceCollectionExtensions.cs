using System.Diagnostics.Metrics;
using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Exports;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Predicates;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Federation.Statistics;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Statements;
using FederatedQuery.Hot.Statistics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FederatedQuery.Federation;

/// <summary>Registers reading. Needs both tiers registered.</summary>
public static class FederationServiceCollectionExtensions
{
    public static IServiceCollection AddFederation(this IServiceCollection services, Action<QueryOptions> configure)
    {
        services.AddOptions<QueryOptions>().Configure(configure);
        services.TryAddSingleton<HotScanRegistry>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<TableFunction, HotScanFunction>());
        services.TryAddSingleton<PostgresStatementRunner>();
        services.TryAddSingleton<TableRegistry>();
        services.TryAddSingleton<ColdBudgets>();
        services.TryAddSingleton<HotConnectionGate>();
        services.TryAddSingleton<ReadTelemetry>();
        services.AddOptions<QueryHistoryOptions>();
        services.TryAddSingleton<QueryHistory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, QueryHistory>(provider => provider.GetRequiredService<QueryHistory>()));
        services.TryAddSingleton<KeptGroups>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<TableFunction, KeptGroupsFunction>());
        services.TryAddSingleton<RowReader>();
        services.TryAddSingleton<QueryService>();
        services.TryAddSingleton<StatementExports>();
        services.TryAddSingleton<RowExports>();
        services.TryAddSingleton<RecommendedSource>();
        services.TryAddSingleton<RowPredicates>();
        services.TryAddSingleton<ErasedResults>();
        services.TryAddSingleton<HotTableStatistics>();
        services.TryAddSingleton<TableStatistics>();
        services.TryAddSingleton<TableDays>();
        return services.AddMaterializedResults();
    }

    private static IServiceCollection AddMaterializedResults(this IServiceCollection services)
    {
        services.AddOptions<MaterializationOptions>();
        services.TryAddSingleton(provider => new MaterializationMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<ResultWriter>();
        services.TryAddSingleton<MaterializedResults>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MaterializationLoop>());
        return services;
    }
}
