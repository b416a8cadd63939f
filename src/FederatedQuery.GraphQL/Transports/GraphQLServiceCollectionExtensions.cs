using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.GraphQL.Transports.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
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
        services.AddHttp();
        services.AddWebSockets();
        services.TryAddSingleton(provider => new GraphQLServer(
            provider,
            builder,
            provider.GetRequiredService<IOptions<RequestExecutorOptions>>().Value,
            provider.GetRequiredService<ILogger<GraphQLServer>>()));
        return builder;
    }

    private static void AddWebSockets(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<GraphQLWebSocketOptions, GraphQLWebSocketOptionsValidator>();
        services.TryAddSingleton(provider => new GraphQLWebSocketHandler(
            provider.GetRequiredService<GraphQLServer>(),
            provider.GetRequiredService<OperationDocumentResolver>(),
            provider.GetRequiredService<IOptions<GraphQLWebSocketOptions>>().Value,
            provider.GetRequiredService<IOptions<GraphQLHttpOptions>>().Value,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<GraphQLWebSocketHandler>>()));
    }

    private static void AddHttp(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<GraphQLHttpOptions, GraphQLHttpOptionsValidator>();
        services.AddOptionsWithValidateOnStart<PersistedOperationOptions, GraphQLHttpOptionsValidator>();
        services.TryAddSingleton(provider => new OperationDocumentResolver(
            provider.GetRequiredService<IOptions<PersistedOperationOptions>>().Value,
            provider.GetRequiredService<ILogger<OperationDocumentResolver>>()));
        services.TryAddSingleton(provider => new GraphQLHttpHandler(
            provider.GetRequiredService<GraphQLServer>(),
            provider.GetRequiredService<OperationDocumentResolver>(),
            provider.GetRequiredService<EventStreamWriter>(),
            provider.GetRequiredService<IOptions<GraphQLHttpOptions>>().Value,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<GraphQLHttpHandler>>()));
        services.TryAddSingleton(provider => new EventStreamWriter(
            provider.GetRequiredService<IOptions<GraphQLHttpOptions>>().Value,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<EventStreamWriter>>()));
        services.TryAddSingleton(provider => new SchemaEndpoint(
            provider.GetRequiredService<GraphQLServer>(),
            provider.GetRequiredService<IOptions<GraphQLHttpOptions>>().Value));
    }
}
