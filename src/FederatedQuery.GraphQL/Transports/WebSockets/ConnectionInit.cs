using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>A client's wish to begin: the <c>connection_init</c> message.</summary>
public sealed class ConnectionInit
{
    internal ConnectionInit(HttpContext httpContext, JsonElement? payload)
    {
        HttpContext = httpContext;
        Payload = payload;
        Services = httpContext.RequestServices;
    }

    /// <summary>The handshake's request, with its headers and user. It lives as long as the connection.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>A JSON object; null when the client sent none.</summary>
    public JsonElement? Payload { get; }

    /// <summary>Copied to <see cref="Execution.OperationRequest.ContextData"/> of every operation of the connection.</summary>
    public IDictionary<string, object?> ContextData { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>When it is cancelled the connection is closed with 4403: whoever was let in may not stay. Default: never.</summary>
    public CancellationToken Ended { get; set; }

    /// <summary>What the client is told then; cut at the 123 bytes that a close frame holds.</summary>
    public string EndReason { get; set; } = "Forbidden";

    /// <summary>Each operation takes its services from a scope of its own made from these. At first those of the handshake's request.</summary>
    public IServiceProvider Services { get; set; }
}
