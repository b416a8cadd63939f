using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Transports.WebSockets;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>The client of npm graphql-ws against a real server.</summary>
public class WebSocketClientTests
{
    [Fact]
    public async Task Client_OperationsOfAllKinds_AreAnsweredOverOneConnection()
    {
        await using var server = await WebSocketServer.StartAsync();

        var seen = await RunAsync(server, "operations");

        Assert.Equal("""{"results":[{"data":{"hello":"Hello, Bob \u0022B\u0022!"}}]}""", seen["query"]!.ToJsonString());
        Assert.Equal("""{"results":[{"data":{"append":"x"}}]}""", seen["mutation"]!.ToJsonString());
        Assert.Equal("""{"results":[{"data":{"countTo":1}},{"data":{"countTo":2}},{"data":{"countTo":3}}]}""", seen["subscription"]!.ToJsonString());
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", (string?)seen["invalid"]!["error"]![0]!["extensions"]!["code"]);
        Assert.Equal("OPERATION_RESOLUTION_FAILURE", (string?)seen["unnamed"]!["error"]![0]!["extensions"]!["code"]);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"Hello, {i}!"), seen["parallel"]!.AsArray().Select(text => (string)text!));
        Assert.Equal(1, (int)seen["connections"]!);
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Client_DeferredPart_ComesAsAResultOfItsOwn()
    {
        await using var server = await WebSocketServer.StartAsync();

        var seen = await RunAsync(server, "defer");

        Assert.Equal(
            [
                """{"data":{"hello":"Hello, world!"},"pending":[{"id":"0","path":[],"label":"later"}],"hasNext":true}""",
                """{"hasNext":false,"incremental":[{"data":{"again":"Hello, you!"},"id":"0"}],"completed":[{"id":"0"}]}""",
            ],
            seen["results"]!.AsArray().Select(result => result!.ToJsonString()));
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Client_PersistedQuery_IsKnownAfterItsFirstUse()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyPersistedOperations(options => options.AutomaticPersistedQueries = true));

        var seen = await RunAsync(server, "persisted");

        Assert.Equal(
            """{"first":"PERSISTED_QUERY_NOT_FOUND","second":[{"data":{"hello":"Hello, world!"}}],"third":[{"data":{"hello":"Hello, world!"}}]}""",
            seen.ToJsonString());
    }

    [Fact]
    public async Task Client_CompletesASubscription_ItsSourceIsDisposedOf()
    {
        await using var server = await WebSocketServer.StartAsync();
        var probe = SourceProbe.Create();

        var seen = await RunAsync(server, "unsubscribe", probe.Name);

        Assert.Equal(3, seen["results"]!.AsArray().Count);
        Assert.Equal("""{"results":[{"data":{"hello":"Hello, world!"}}]}""", seen["after"]!.ToJsonString());
        await probe.Disposed;
    }

    [Fact]
    public async Task Client_Pings_AreAnsweredBothWays()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options =>
        {
            options.KeepAliveInterval = TimeSpan.FromSeconds(1);
            options.KeepAliveTimeout = TimeSpan.FromSeconds(1);
        }));

        var seen = await RunAsync(server, "ping");

        Assert.True((bool)seen["ok"]!);
    }

    [Fact]
    public async Task Client_ConnectionBreaks_ConnectsAgain()
    {
        await using var server = await WebSocketServer.StartAsync();

        var seen = await RunAsync(server, "reconnect");

        Assert.Equal("""[{"data":{"countTo":1}},{"data":{"countTo":2}}]""", seen["results"]!.ToJsonString());
        Assert.Equal(2, (int)seen["sockets"]!);
    }

    [Theory]
    [InlineData("""{"token":"ann"}""", """{"outcome":{"results":[{"data":{"whoAmI":"ann"}}]},"acknowledgement":{"welcome":"ann"}}""")]
    [InlineData("""{"token":"eve"}""", """{"outcome":{"results":[],"error":{"code":4403,"reason":"Not you, eve"}}}""")]
    [InlineData("""{"token":"many"}""", """{"outcome":{"results":[],"error":{"code":4503,"reason":"Later, many"}}}""")]
    [InlineData("""{"token":"known"}""", """{"outcome":{"results":[],"error":{"code":4403,"reason":"Known error"}}}""")]
    [InlineData("""{"token":"bug"}""", """{"outcome":{"results":[],"error":{"code":4500,"reason":"Internal server error"}}}""")]
    [InlineData("null", """{"outcome":{"results":[{"data":{"whoAmI":"nobody"}}]}}""")]
    public async Task Client_InitPayload_IsForTheHookToJudge(string payload, string expected)
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options => options.OnConnectionInit = DecideAsync));

        var seen = await RunAsync(server, "init", payload);

        Assert.Equal(expected, seen.ToJsonString());
    }

    private static async ValueTask<ConnectionInitResult> DecideAsync(ConnectionInit init, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var token = init.Payload is { } payload ? payload.GetProperty("token").GetString() : null;
        switch (token)
        {
            case null:
                return ConnectionInitResult.Accept();
            case "ann":
                init.ContextData["user"] = token;
                return ConnectionInitResult.Accept(JsonElement.Parse("""{"welcome":"ann"}"""));
            case "known":
                throw new FederatedQuery.GraphQL.Language.GraphQLException("Known error");
            case "many":
                return ConnectionInitResult.TryLater($"Later, {token}");
            case "bug":
                throw new InvalidOperationException("secret");
            default:
                return ConnectionInitResult.Reject($"Not you, {token}");
        }
    }

    private static async Task<JsonNode> RunAsync(WebSocketServer server, params string[] scenario) =>
        JsonNode.Parse(await NodeScript.RunAsync("ws-client.js", string.Empty, [server.Address, .. scenario]))!;
}
