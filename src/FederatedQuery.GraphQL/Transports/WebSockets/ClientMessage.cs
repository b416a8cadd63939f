using System.Text.Json;
using FederatedQuery.GraphQL.Transports.Http;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

internal enum ClientMessageType
{
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    Complete,
}

/// <summary>One message of the client, checked. Nothing in it refers to the bytes it was read from.</summary>
/// <param name="Type">Says which of the others are there.</param>
/// <param name="Id">Of the operation, for <c>subscribe</c> and <c>complete</c>; never empty.</param>
/// <param name="Payload">Of <c>connection_init</c> and <c>ping</c>: a JSON object or null.</param>
/// <param name="Operation">Of <c>subscribe</c>.</param>
internal sealed record ClientMessage(ClientMessageType Type, string? Id, JsonElement? Payload, RequestParameters? Operation)
{
    /// <exception cref="ProtocolViolationException">It is no message of the protocol.</exception>
    public static ClientMessage Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8, RequestParameters.DocumentOptions);
            return Parse(json.RootElement);
        }
        catch (JsonException exception)
        {
            throw new ProtocolViolationException($"Message is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            // A JSON string may hold escaped lone surrogates, which are no text.
            throw new ProtocolViolationException("Message has a string that is not valid Unicode");
        }
    }

    private static ClientMessage Parse(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw new ProtocolViolationException($"Message must be an object, not {Show(message)}");
        }

        if (!message.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            throw new ProtocolViolationException("Message must have a 'type' that is a string");
        }

        switch (type.GetString())
        {
            case "connection_init":
                return new ClientMessage(ClientMessageType.ConnectionInit, null, ReadPayload(message), null);
            case "ping":
                return new ClientMessage(ClientMessageType.Ping, null, ReadPayload(message), null);
            case "pong":
                ReadPayload(message);
                return new ClientMessage(ClientMessageType.Pong, null, null, null);
            case "subscribe":
                return new ClientMessage(ClientMessageType.Subscribe, ReadId(message), null, ReadOperation(message));
            case "complete":
                return new ClientMessage(ClientMessageType.Complete, ReadId(message), null, null);
            default:
                throw new ProtocolViolationException($"Message type {Show(type)} is not one that a client sends");
        }
    }

    private static string ReadId(JsonElement message) =>
        message.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } text
            ? text
            : throw new ProtocolViolationException("Message must have an 'id' that is a string and not empty");

    private static RequestParameters ReadOperation(JsonElement message)
    {
        if (!message.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
        {
            throw new ProtocolViolationException("Message 'subscribe' must have a 'payload' that is an object");
        }

        try
        {
            return RequestParameters.FromJson(payload.Clone());
        }
        catch (HttpRequestFormatException exception)
        {
            throw new ProtocolViolationException(exception.Message);
        }
    }

    /// <summary>Null when it is absent or null; else a copy, since the message's own bytes are given back.</summary>
    private static JsonElement? ReadPayload(JsonElement message)
    {
        if (!message.TryGetProperty("payload", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object
            ? value.Clone()
            : throw new ProtocolViolationException($"'payload' must be an object or null, not {Show(value)}");
    }

    private static string Show(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "...");
    }
}
