using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.GraphQL.Transports.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FederatedQuery.GraphQL.Transports;

public static class GraphQLEndpointRouteBuilderExtensions
{
    /// <summary>
    /// GraphQL over HTTP and over WebSocket at <paramref name="pattern"/>, the schema as SDL at <c>{pattern}/schema</c>. All methods are routed here so that
    /// others than GET and POST get the specified 405.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string pattern = "/graphql")
    {
        var schema = endpoints.ServiceProvider.GetRequiredService<SchemaEndpoint>();
        endpoints.MapMethods(pattern.TrimEnd('/') + "/schema", [HttpMethods.Get, HttpMethods.Head], schema.HandleAsync);
        return endpoints.Map(pattern, WithWebSockets(endpoints, endpoints.ServiceProvider.GetRequiredService<GraphQLHttpHandler>().HandleAsync));
    }

    /// <summary>
    /// Addresses of persisted operations: <c>{pattern}/{documentId}</c> and, where a document has several, <c>{pattern}/{documentId}/{operationName}</c>.
    /// GET and POST, with <c>variables</c> and <c>extensions</c> as elsewhere. The documents are those of
    /// <see cref="PersistedOperationOptions.Storage"/>.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQLPersistedOperations(this IEndpointRouteBuilder endpoints, string pattern = "/graphql/persisted") =>
        endpoints.Map(
            $"{pattern.TrimEnd('/')}/{{{PersistedRoute.DocumentIdName}}}/{{{PersistedRoute.OperationNameName}?}}",
            endpoints.ServiceProvider.GetRequiredService<GraphQLHttpHandler>().HandlePersistedAsync);

    /// <summary>Only handshakes go through ASP.NET Core's WebSocket middleware: other requests need not pay for it, nor the application add it.</summary>
    private static RequestDelegate WithWebSockets(IEndpointRouteBuilder endpoints, RequestDelegate others)
    {
        var services = endpoints.ServiceProvider;
        if (!services.GetRequiredService<IOptions<GraphQLWebSocketOptions>>().Value.Enabled)
        {
            return others;
        }

        var handshakes = endpoints.CreateApplicationBuilder();

        // The protocol's own pings are sent instead of WebSocket's: one keep-alive is enough.
        handshakes.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        handshakes.Run(services.GetRequiredService<GraphQLWebSocketHandler>().HandleAsync);
        var webSockets = handshakes.Build();
        return context => GraphQLWebSocketHandler.IsHandshake(context.Request) ? webSockets(context) : others(context);
    }
}
