using FederatedQuery.GraphQL.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.GraphQL.Transports;

public static class GraphQLServiceCollectionExtensions
{
    /// <summary>Registers one GraphQL server: a <see cref="GraphQLServer"/> singleton that the endpoints use.</summary>
    public static GraphQLServerBuilder AddGraphQLServer(this IServiceCollection services)
    {
        var builder = new GraphQLServerBuilder(services);
        services.AddOptions<RequestExecutorOptions>();
        services.AddOptions<GraphQLHttpOptions>();
        services.TryAddSingleton(provider => new GraphQLServer(
            provider,
            builder,
            provider.GetRequiredService<IOptions<RequestExecutorOptions>>().Value,
            provider.GetRequiredService<ILogger<GraphQLServer>>()));
        return builder;
    }
}
