using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Subscribers;

namespace FederatedQuery.Benchmarks.Tails;

/// <summary>A way to subscribe to what is stored.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Steps">What is sent, and the text that has to come before the next one is; the last has none.</param>
/// <param name="Alive">What a silent client has to say now and then; null: nothing.</param>
internal sealed record TailKind(string Name, IReadOnlyList<(byte[] Send, string? Expect)> Steps, byte[]? Alive)
{
    private const string Subscription = "subscription { logTail { cursor node { message } } }";

    public static IReadOnlyList<TailKind> Of(Uri server)
    {
        var payload = $$"""{"query":"{{Subscription}}"}""";
        return
        [
            new("WebSocket", [
                (SlowSubscriber.Handshake(server), "\r\n\r\n"),
                (SlowSubscriber.Frame("""{"type":"connection_init"}"""), "connection_ack"),
                (SlowSubscriber.Frame($$"""{"type":"subscribe","id":"1","payload":{{payload}} }"""), null),
            ], SlowSubscriber.Frame("""{"type":"pong"}""")),
            new("server-sent events", [(Ascii($"POST /graphql HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: {payload.Length}\r\n\r\n{payload}"), null)], null),
            new("`GET /logs/tail`", [(Ascii($"GET /logs/tail HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n\r\n"), null)], null),
        ];
    }

    private static byte[] Ascii(FormattableString text) => Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}
