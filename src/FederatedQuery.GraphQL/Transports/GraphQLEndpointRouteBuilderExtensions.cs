using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.GraphQL.Transports;

public static class GraphQLEndpointRouteBuilderExtensions
{
    /// <summary>
    /// GraphQL over HTTP at <paramref name="pattern"/>, the schema as SDL at <c>{pattern}/schema</c>. All methods are routed here so that
    /// others than GET and POST get the specified 405.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder endpoints, string pattern = "/graphql")
    {
        var services = endpoints.ServiceProvider;
        var server = services.GetRequiredService<GraphQLServer>();
        var handler = new GraphQLHttpHandler(
            server,
            services.GetRequiredService<IOptions<GraphQLHttpOptions>>().Value,
            services.GetRequiredService<ILogger<GraphQLServer>>());
        endpoints.MapGet(pattern.TrimEnd('/') + "/schema", (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(SchemaPrinter.Print(server.Schema), context.RequestAborted);
        });
        return endpoints.Map(pattern, handler.HandleAsync);
    }
}
