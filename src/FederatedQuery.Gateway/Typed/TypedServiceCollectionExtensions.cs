using FederatedQuery.Gateway.Typed.Refresh;
using FederatedQuery.Gateway.Typed.Rows;

namespace FederatedQuery.Gateway.Typed;

internal static class TypedServiceCollectionExtensions
{
    /// <summary>GraphQL types of the users' tables. Needs the tiers registered: the schema is made when they have started.</summary>
    public static IServiceCollection AddTypedTables(this IServiceCollection services)
    {
        services.AddSingleton<TypedTables>();
        services.AddSingleton<TableDescriptions>();
        services.AddSingleton<SchemaRefresher>();
        services.AddHostedService<SchemaRefreshLoop>();
        services.AddScoped<RequestReads>();
        return services;
    }
}
