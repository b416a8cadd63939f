using FederatedQuery.Logs.Downloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FederatedQuery.Logs.Search;

/// <summary>Registers searches and downloads of log records. Register <c>AddFederation</c> first.</summary>
public static class LogSearchServiceCollectionExtensions
{
    public static IServiceCollection AddLogSearch(this IServiceCollection services)
    {
        services.TryAddSingleton<LogReader>();
        services.TryAddSingleton<LogFigures>();
        services.TryAddSingleton<LogDownloads>();
        return services;
    }
}
