using System.Net.WebSockets;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>The client broke the protocol; the connection is closed with this code and message.</summary>
internal sealed class ProtocolViolationException(string message, WebSocketCloseStatus code = CloseCodes.BadRequest) : Exception(message)
{
    public WebSocketCloseStatus Code { get; } = code;
}
