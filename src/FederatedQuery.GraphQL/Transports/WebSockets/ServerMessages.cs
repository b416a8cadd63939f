using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>The messages that the server sends, as JSON.</summary>
internal static class ServerMessages
{
    public static ReadOnlyMemory<byte> Ping { get; } = """{"type":"ping"}"""u8.ToArray();

    public static void WriteAcknowledgement(Utf8JsonBuffer output, RawJson? payload) => Write(output, "connection_ack", payload is null ? default : payload.Utf8.Span);

    /// <param name="output">Gets the message.</param>
    /// <param name="payload">Of the ping that is answered; empty for none.</param>
    public static void WritePong(Utf8JsonBuffer output, ReadOnlySpan<byte> payload) => Write(output, "pong", payload);

    /// <summary>A result follows, and then <c>}</c>.</summary>
    public static void BeginNext(Utf8JsonBuffer output, string id) => Begin(output, id, ",\"type\":\"next\",\"payload\":"u8);

    public static void WriteError(Utf8JsonBuffer output, string id, IReadOnlyList<GraphQLError> errors)
    {
        Begin(output, id, ",\"type\":\"error\",\"payload\":"u8);
        ErrorWriter.WriteList(output, errors);
        output.WriteByte((byte)'}');
    }

    public static void WriteComplete(Utf8JsonBuffer output, string id) => Begin(output, id, ",\"type\":\"complete\"}"u8);

    private static void Begin(Utf8JsonBuffer output, string id, ReadOnlySpan<byte> rest)
    {
        output.WriteRaw("{\"id\":"u8);
        output.WriteString(id);
        output.WriteRaw(rest);
    }

    private static void Write(Utf8JsonBuffer output, string type, ReadOnlySpan<byte> payload)
    {
        output.WriteRaw("{\"type\":"u8);
        output.WriteString(type);
        if (!payload.IsEmpty)
        {
            output.WriteRaw(",\"payload\":"u8);
            output.WriteRaw(payload);
        }

        output.WriteByte((byte)'}');
    }
}
