using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FederatedQuery.Tiering.Analytics;

internal static class AnalyticsServiceCollectionExtensions
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new AnalyticsMetrics(provider.GetService<System.Diagnostics.Metrics.IMeterFactory>()));
        services.TryAddSingleton<AnalyticsSync>();
        services.TryAddSingleton<AnalyticsService>();
        services.TryAddSingleton<AnalyticsLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<AnalyticsLoop>());
        return services;
    }
}
