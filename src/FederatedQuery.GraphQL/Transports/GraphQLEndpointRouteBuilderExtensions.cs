using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Transports;

public static class GraphQLEndpointRouteBuilderExtensions
{
    /// <summary>
    /// GraphQL over HTTP at <paramref name="pattern"/>, the schema as SDL at <c>{pattern}/schema</c>. All methods are routed here so that
    /// others than GET and POST get the specified 405.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string pattern = "/graphql")
    {
        var schema = endpoints.ServiceProvider.GetRequiredService<SchemaEndpoint>();
        endpoints.MapMethods(pattern.TrimEnd('/') + "/schema", [HttpMethods.Get, HttpMethods.Head], schema.HandleAsync);
        return endpoints.Map(pattern, endpoints.ServiceProvider.GetRequiredService<GraphQLHttpHandler>().HandleAsync);
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
}
