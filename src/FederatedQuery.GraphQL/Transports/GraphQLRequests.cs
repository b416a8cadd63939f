using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.WebSockets;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>Tells apart what comes to GraphQL's endpoint, for what decides before it.</summary>
public static class GraphQLRequests
{
    /// <summary>Whether it is answered as a WebSocket handshake: the client sends operations later, after <c>connection_init</c>.</summary>
    public static bool IsHandshake(HttpRequest request) => GraphQLWebSocketHandler.IsHandshake(request);

    /// <summary>Whether it is answered by <see cref="GraphQLHttpOptions.HtmlPage"/>, where there is one.</summary>
    public static bool IsForPage(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && MediaTypes.Choose(request, withHtml: true) == MediaTypes.Html;
    }
}
