using System.Net.WebSockets;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>The close codes of <c>graphql-transport-ws</c>, and of npm graphql-ws where its protocol names none (4500); 4503 is as theirs are, HTTP's code and 4000.</summary>
internal static class CloseCodes
{
    public const WebSocketCloseStatus BadRequest = (WebSocketCloseStatus)4400;
    public const WebSocketCloseStatus Unauthorized = (WebSocketCloseStatus)4401;
    public const WebSocketCloseStatus Forbidden = (WebSocketCloseStatus)4403;
    public const WebSocketCloseStatus SubProtocolNotAcceptable = (WebSocketCloseStatus)4406;
    public const WebSocketCloseStatus ConnectionInitTimeout = (WebSocketCloseStatus)4408;
    public const WebSocketCloseStatus SubscriberAlreadyExists = (WebSocketCloseStatus)4409;
    public const WebSocketCloseStatus TooManyInitRequests = (WebSocketCloseStatus)4429;
    public const WebSocketCloseStatus InternalServerError = (WebSocketCloseStatus)4500;
    public const WebSocketCloseStatus TryLater = (WebSocketCloseStatus)4503;
}
