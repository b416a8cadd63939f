using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>Takes handshakes, and serves each connection by <c>graphql-transport-ws</c> until it ends.</summary>
internal sealed class GraphQLWebSocketHandler(
    GraphQLServer server,
    OperationDocumentResolver documents,
    GraphQLWebSocketOptions options,
    GraphQLHttpOptions httpOptions,
    IHostApplicationLifetime lifetime,
    ILogger<GraphQLWebSocketHandler> logger)
{
    private const string SubProtocol = "graphql-transport-ws";

    private int _connections;

    /// <summary>Whether the request asks for a WebSocket: by HTTP/1.1 (RFC 6455) or by HTTP/2 (RFC 8441).</summary>
    public static bool IsHandshake(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method)
        || (request.Headers.Upgrade is { Count: > 0 } upgrade && string.Equals(upgrade[0], "websocket", StringComparison.OrdinalIgnoreCase));

    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(
                context,
                StatusCodes.Status400BadRequest,
                ErrorCodes.BadRequest,
                "The WebSocket handshake is not complete: it needs Connection: Upgrade, Sec-WebSocket-Key and Sec-WebSocket-Version: 13.");
        }
        else if (httpOptions.RefuseCrossSiteRequests && CrossSiteRequests.IsForged(context.Request, httpOptions.TrustedOrigins))
        {
            // Browsers let any page open a WebSocket to any host, and send the user's cookies; no CORS policy is asked.
            await RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                ErrorCodes.CrossSiteRequest,
                $"Pages of origin '{context.Request.Headers.Origin}' may not open WebSocket connections here: TrustedOrigins does not have it.");
        }
        else if (Interlocked.Increment(ref _connections) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _connections);
            context.Response.Headers.RetryAfter = "5";
            await RefuseAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                ErrorCodes.TooManyConnections,
                $"The server has {options.MaxConnections} WebSocket connections, which is all it may have.");
        }
        else
        {
            try
            {
                await ServeAsync(context);
            }
            finally
            {
                Interlocked.Decrement(ref _connections);
            }
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        if (!offered.Contains(SubProtocol))
        {
            await RefuseSubProtocolAsync(context, offered);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        using var connection = new WebSocketConnection(context, socket, server, documents, options, logger);
        await connection.RunAsync(lifetime.ApplicationStopping);
    }

    /// <summary>
    /// Clients take a connection whose sub-protocol is none of theirs for a failed one and never see its close code. So theirs is accepted,
    /// for long enough to say that it is not spoken here.
    /// </summary>
    private async Task RefuseSubProtocolAsync(HttpContext context, IList<string> offered)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(offered.Count > 0 ? offered[0] : null);
        using var limit = new CancellationTokenSource(options.CloseTimeout, options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        try
        {
            await socket.CloseAsync(CloseCodes.SubProtocolNotAcceptable, $"Subprotocol not acceptable, only {SubProtocol} is", linked.Token);
        }
        catch (Exception exception) when (MessageSender.IsGone(exception))
        {
            context.Abort();
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypes.Json + "; charset=utf-8";
        await using var result = new OperationResult(new GraphQLError(message) { Code = code });
        await result.WriteToAsync(context.Response.BodyWriter, context.RequestAborted);
    }
}
