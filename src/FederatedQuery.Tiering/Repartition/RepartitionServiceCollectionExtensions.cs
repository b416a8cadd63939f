using FederatedQuery.Tiering.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>Registers what lays tables out anew.</summary>
internal static class RepartitionServiceCollectionExtensions
{
    public static IServiceCollection AddRepartition(this IServiceCollection services)
    {
        services.TryAddSingleton<RepartitionTargets>();
        services.TryAddSingleton<LayoutPlanner>();
        services.TryAddSingleton<Repartitioner>();
        services.TryAddSingleton<RepartitionOutcomes>();
        services.TryAddSingleton<RepartitionJob>();
        services.AddSingleton(provider => provider.GetRequiredService<RepartitionJob>().AsKind());
        services.TryAddSingleton(provider => new RepartitionService(
            provider.GetRequiredService<RepartitionTargets>(),
            provider.GetRequiredService<LayoutPlanner>(),
            provider.GetRequiredService<RepartitionOutcomes>(),
            provider.GetRequiredService<JobRunner>(),
            provider.GetRequiredService<IOptions<TieringOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
