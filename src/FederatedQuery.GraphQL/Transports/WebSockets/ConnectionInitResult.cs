using System.Net.WebSockets;
using System.Text.Json;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>The answer to <c>connection_init</c>.</summary>
public sealed class ConnectionInitResult
{
    private ConnectionInitResult(bool isAccepted, RawJson? payload, string? reason, WebSocketCloseStatus code = WebSocketCloseStatus.NormalClosure)
    {
        IsAccepted = isAccepted;
        Payload = payload;
        Reason = reason;
        Code = code;
    }

    public bool IsAccepted { get; }

    internal RawJson? Payload { get; }

    internal string? Reason { get; }

    /// <summary>What a connection that is not accepted is closed with.</summary>
    internal WebSocketCloseStatus Code { get; }

    /// <summary>Lets the client in, without more.</summary>
    public static ConnectionInitResult Accept() => new(isAccepted: true, payload: null, reason: null);

    /// <summary>Lets the client in.</summary>
    /// <param name="payload">A JSON object, sent with <c>connection_ack</c>.</param>
    /// <exception cref="ArgumentException">It is JSON of another kind.</exception>
    public static ConnectionInitResult Accept(JsonElement payload) => payload.ValueKind == JsonValueKind.Object
        ? new(isAccepted: true, new RawJson(System.Text.Encoding.UTF8.GetBytes(payload.GetRawText())), reason: null)
        : throw new ArgumentException($"The payload of connection_ack must be a JSON object, not {payload.ValueKind}.", nameof(payload));

    /// <summary>Closes the connection with 4403.</summary>
    /// <param name="reason">For the client to read; cut at the 123 bytes that a close frame holds.</param>
    public static ConnectionInitResult Reject(string reason = "Forbidden") => new(isAccepted: false, payload: null, reason, CloseCodes.Forbidden);

    /// <summary>Closes the connection with 4503, upon which clients such as npm graphql-ws try again after a while: who it is has nothing to do with it.</summary>
    /// <param name="reason">For the client to read; cut at the 123 bytes that a close frame holds.</param>
    public static ConnectionInitResult TryLater(string reason) => new(isAccepted: false, payload: null, reason, CloseCodes.TryLater);
}
