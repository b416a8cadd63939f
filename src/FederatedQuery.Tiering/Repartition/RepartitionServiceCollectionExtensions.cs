using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>Registers what lays tables out anew.</summary>
internal static class RepartitionServiceCollectionExtensions
{
    public static IServiceCollection AddRepartition(this IServiceCollection services)
    {
        services.TryAddSingleton<RepartitionTargets>();
        services.TryAddSingleton<LayoutPlanner>();
        return services;
    }
}
