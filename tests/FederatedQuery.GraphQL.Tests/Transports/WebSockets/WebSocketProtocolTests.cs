using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>What breaks the protocol, and the code that it names for that (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).</summary>
public class WebSocketProtocolTests
{
    private const string Init = """{"send":"{\"type\":\"connection_init\"}"}""";
    private const string Await = """{"await":"connection_ack"}""";

    /// <summary>Name, steps of ws-breaches.js, code, start of the reason.</summary>
    private static readonly (string Name, string[] Steps, int Code, string Reason)[] Breaches =
    [
        ("no init in time", [], 4408, "Connection initialisation timeout"),
        ("pings are no init", [Send("""{"type":"ping"}""")], 4408, "Connection initialisation timeout"),
        ("second init", [Init, Await, Init], 4429, "Too many initialisation requests"),
        ("second init at once", [Init, Init], 4429, "Too many initialisation requests"),
        ("subscribe before init", [Send("""{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}""")], 4401, "Unauthorized"),
        ("same id twice", [Init, Await, Subscribe("a", "{ waitForever }"), Subscribe("a", "{ hello }")], 4409, "Subscriber for a already exists"),
        ("same id twice, subscription", [Init, Await, Subscribe("é", "subscription { never }"), Subscribe("é", "{ hello }")], 4409, "Subscriber for é already exists"),
        ("no JSON", [Send("hello")], 4400, "Message is not JSON"),
        ("no JSON after init", [Init, Await, Send("{")], 4400, "Message is not JSON"),
        ("empty", [Send("")], 4400, "Message is not JSON"),
        ("no object", [Send("[]")], 4400, "Message must be an object, not []"),
        ("null", [Send("null")], 4400, "Message must be an object, not null"),
        ("no type", [Send("{}")], 4400, "Message must have a 'type'"),
        ("type of another kind", [Send("""{"type":1}""")], 4400, "Message must have a 'type'"),
        ("unknown type", [Send("""{"type":"start"}""")], 4400, "Message type \"start\" is not one"),
        ("type of the server", [Init, Await, Send("""{"type":"next","id":"1","payload":{}}""")], 4400, "Message type \"next\" is not one"),
        ("acknowledgement", [Send("""{"type":"connection_ack"}""")], 4400, "Message type"),
        ("payload of init", [Send("""{"type":"connection_init","payload":"x"}""")], 4400, "'payload' must be an object or null, not \"x\""),
        ("payload of ping", [Send("""{"type":"ping","payload":[1]}""")], 4400, "'payload' must be an object or null, not [1]"),
        ("payload of pong", [Send("""{"type":"pong","payload":1}""")], 4400, "'payload' must be an object or null"),
        ("no id", [Init, Await, Send("""{"type":"subscribe","payload":{"query":"{ hello }"}}""")], 4400, "Message must have an 'id'"),
        ("empty id", [Init, Await, Send("""{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}""")], 4400, "Message must have an 'id'"),
        ("id of another kind", [Init, Await, Send("""{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}""")], 4400, "Message must have an 'id'"),
        ("complete without id", [Init, Await, Send("""{"type":"complete"}""")], 4400, "Message must have an 'id'"),
        ("no payload", [Init, Await, Send("""{"type":"subscribe","id":"1"}""")], 4400, "Message 'subscribe' must have a 'payload'"),
        ("no query", [Init, Await, Send("""{"type":"subscribe","id":"1","payload":{}}""")], 4400, "Parameter 'query' is missing"),
        ("query of another kind", [Init, Await, Send("""{"type":"subscribe","id":"1","payload":{"query":{}}}""")], 4400, "Parameter 'query' must be a string, not {}"),
        ("operationName", [Init, Await, Send("""{"type":"subscribe","id":"1","payload":{"query":"{ hello }","operationName":1}}""")], 4400, "Parameter 'operationName' must be a string, not 1"),
        ("variables", [Init, Await, Send("""{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":"x"}}""")], 4400, "Parameter 'variables' must be a JSON object, not"),
        ("extensions", [Init, Await, Send("""{"type":"subscribe","id":"1","payload":{"query":"{ hello }","extensions":[]}}""")], 4400, "Parameter 'extensions' must be a JSON object, not"),
        ("lone surrogate", [Init, Await, Send("""{"type":"subscribe","id":"\uD800","payload":{"query":"{ hello }"}}""")], 4400, "Message has a string that is not valid Unicode"),
        ("binary", ["""{"sendBinary":"{\"type\":\"connection_init\"}"}"""], 4400, "Messages must be text frames"),
        ("binary after init", [Init, Await, """{"sendBinary":"{}"}"""], 4400, "Messages must be text frames"),
        ("too long", [Send($$"""{"type":"ping","payload":{"a":"{{new string('x', 5000)}}"} }""")], 1009, "Message is longer than the 4096 bytes allowed"),
        ("client closes", [Init, Await, """{"close":1000}"""], 1000, ""),
        ("client closes with its own code", [Init, Await, """{"close":4499}"""], 4499, ""),
        ("client closes without a code", [Init, Await, """{"close":null}"""], 1000, ""),
    ];

    [Fact]
    public async Task Connection_ProtocolIsBroken_ClosesWithItsCode()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options =>
        {
            options.ConnectionInitTimeout = TimeSpan.FromSeconds(1);
            options.MaxMessageBytes = 4096;
        }));
        var input = new JsonArray([.. Breaches.Select(breach => Case(["graphql-transport-ws"], breach.Steps))]);

        var outcomes = JsonNode.Parse(await NodeScript.RunAsync("ws-breaches.js", input.ToJsonString(), server.Address))!.AsArray();

        Assert.All(Breaches.Zip(outcomes), pair =>
        {
            var ((name, _, code, reason), outcome) = pair;
            Assert.Equal((name, code), (name, (int)outcome!["code"]!));
            Assert.StartsWith(reason, (string?)outcome["reason"], StringComparison.Ordinal);
        });
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Operation_RefusedByTheHook_IsAnsweredUnreadAndTheConnectionStays()
    {
        var asked = 0;
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options =>
            options.OnOperation = _ => Interlocked.Increment(ref asked) == 1 ? new GraphQLError("Not now.") { Code = "LATER" } : null));
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, """{"type":"subscribe","id":"a","payload":{"query":"{ no document"}}""");
        var refused = await WebSocketServer.ReceiveAsync(socket);
        await WebSocketServer.SendAsync(socket, """{"type":"subscribe","id":"a","payload":{"query":"{ hello }"}}""");

        Assert.Equal("""{"id":"a","type":"error","payload":[{"message":"Not now.","extensions":{"code":"LATER"}}]}""", refused!.ToJsonString());
        Assert.Equal("next", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData("""["graphql-ws"]""", 4406)]
    [InlineData("[]", 4406)]
    [InlineData("""["graphql-ws","graphql-transport-ws","other"]""", 1000)]
    public async Task Connection_SubProtocols_AreChosenFromOrRefused(string protocols, int code)
    {
        await using var server = await WebSocketServer.StartAsync();
        var offered = JsonNode.Parse(protocols)!.AsArray().Select(name => (string)name!).ToArray();
        var input = new JsonArray(Case(offered, code == 1000 ? [Init, Await, """{"close":1000}"""] : []));

        var outcome = JsonNode.Parse(await NodeScript.RunAsync("ws-breaches.js", input.ToJsonString(), server.Address))![0]!;

        Assert.Equal(code, (int)outcome["code"]!);
    }

    [Fact]
    public async Task Connection_MessagesInOrder_AreAnsweredByTheProtocol()
    {
        await using var server = await WebSocketServer.StartAsync();
        string[] steps =
        [
            """{"sendFragments":["{\"type\":\"pi","ng\",\"payload\":{\"a\": [1, \"é\"]}}"]}""", """{"await":"pong"}""",
            Send("""{"type":"pong"}"""),
            Send("""{"type":"connection_init","payload":null}"""), Await,
            Send("""{"type":"complete","id":"unknown"}"""),
            Subscribe("1", "subscription { countTo(last: 2) }"), """{"await":"complete"}""",
            Subscribe("1", "{ nope }"), """{"await":"error"}""",
            """{"close":1000}""",
        ];

        var outcome = JsonNode.Parse(await NodeScript.RunAsync(
            "ws-breaches.js", new JsonArray(Case(["graphql-transport-ws"], steps)).ToJsonString(), server.Address))![0]!;

        Assert.Equal(1000, (int)outcome["code"]!);
        Assert.Equal(
            [
                """{"type":"pong","payload":{"a": [1, "é"]}}""",
                """{"type":"connection_ack"}""",
                """{"id":"1","type":"next","payload":{"data":{"countTo":1}}}""",
                """{"id":"1","type":"next","payload":{"data":{"countTo":2}}}""",
                """{"id":"1","type":"complete"}""",
            ],
            outcome["messages"]!.AsArray().Select(message => (string)message!).SkipLast(1));
        Assert.StartsWith(
            """{"id":"1","type":"error","payload":[{"message":"Cannot query field \"nope\" on type \"Query\".","locations":[{"line":1,"column":3}]""",
            (string?)outcome["messages"]!.AsArray()[^1],
            StringComparison.Ordinal);
    }

    private static JsonObject Case(string[] protocols, string[] steps) => new()
    {
        ["protocols"] = new JsonArray([.. protocols.Select(name => (JsonNode)name)]),
        ["steps"] = new JsonArray([.. steps.Select(step => JsonNode.Parse(step))]),
    };

    private static string Send(string message) => new JsonObject { ["send"] = message }.ToJsonString();

    private static string Subscribe(string id, string query) => Send(
        new JsonObject { ["type"] = "subscribe", ["id"] = id, ["payload"] = new JsonObject { ["query"] = query } }.ToJsonString());
}
