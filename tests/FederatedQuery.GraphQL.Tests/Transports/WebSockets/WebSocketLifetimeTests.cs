using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Transports.WebSockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>How connections and their operations end, and what bounds them.</summary>
public class WebSocketLifetimeTests
{
    [Fact]
    public async Task Connection_ClientIsKilled_SourcesAreDisposedOf()
    {
        await using var server = await WebSocketServer.StartAsync();
        var (first, second) = (SourceProbe.Create(), SourceProbe.Create());
        using var socket = await server.ConnectAsync();
        await WebSocketServer.SendAsync(socket, Subscribe("1", $"subscription {{ ticks(probe: \"{first.Name}\") }}"));
        await WebSocketServer.SendAsync(socket, Subscribe("2", $"subscription {{ ticks(probe: \"{second.Name}\", milliseconds: 60000) }}"));
        await WebSocketServer.ReceiveAsync(socket);

        socket.Abort();

        await first.Disposed;
        await second.Disposed;
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Connection_ServerShutsDown_IsClosedWith1001()
    {
        await using var server = await WebSocketServer.StartAsync();
        var probe = SourceProbe.Create();
        using var socket = await server.ConnectAsync();
        await WebSocketServer.SendAsync(socket, Subscribe("1", $"subscription {{ ticks(probe: \"{probe.Name}\", milliseconds: 60000) }}"));
        await WebSocketServer.SendAsync(socket, """{"type":"ping"}""");
        await WebSocketServer.ReceiveAsync(socket);

        var stop = server.StopAsync();
        var last = await WebSocketServer.ReceiveAsync(socket);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Null(last);
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "Server is shutting down"), (socket.CloseStatus, socket.CloseStatusDescription));
        await probe.Disposed;
        await stop;
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Connection_ClientDoesNotAnswerPings_IsCutOff()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options =>
        {
            options.KeepAliveInterval = TimeSpan.FromMilliseconds(200);
            options.KeepAliveTimeout = TimeSpan.FromMilliseconds(200);
        }));
        using var socket = await server.ConnectAsync();

        Assert.Equal("ping", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);

        await Assert.ThrowsAsync<WebSocketException>(() => WebSocketServer.ReceiveAsync(socket));
    }

    /// <summary>The pings lie behind more than the client reads in the time it has for a pong.</summary>
    [Fact]
    public async Task Connection_ClientReadsSlowly_IsNotTakenForSilent()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options =>
        {
            // Longer than a busy machine takes from the acknowledgement to the first event.
            options.KeepAliveInterval = TimeSpan.FromSeconds(1);
            options.KeepAliveTimeout = TimeSpan.FromSeconds(1);
        }));
        var probe = SourceProbe.Create();
        using var socket = await server.ConnectAsync();
        await WebSocketServer.SendAsync(socket, Subscribe("1", $"subscription {{ ticks(probe: \"{probe.Name}\", size: 100000, milliseconds: 0) }}"));

        // Reads on for several times the timeout, and sends no pong.
        for (var i = 0; i < 150; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25));
            Assert.NotNull(await WebSocketServer.ReceiveAsync(socket));
        }

        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Connection_ClientStopsReading_IsCutOffAndItsSourceEnds()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options => options.WriteTimeout = TimeSpan.FromSeconds(1)));
        var probe = SourceProbe.Create();
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("1", $"subscription {{ ticks(probe: \"{probe.Name}\", size: 100000, milliseconds: 0) }}"));
        await probe.Disposed;

        // What lies in the sockets' buffers, and no more: the source was not drained into memory.
        Assert.InRange(probe.Events * 100_000L, 1, 64_000_000);
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Operation_OneIsSlow_OthersAreAnswered()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("slow", "{ waitForever }"));
        await WebSocketServer.SendAsync(socket, Subscribe("fast", "{ hello }"));
        var answers = new[] { await WebSocketServer.ReceiveAsync(socket), await WebSocketServer.ReceiveAsync(socket) };
        await WebSocketServer.SendAsync(socket, """{"type":"complete","id":"slow"}""");
        await WebSocketServer.SendAsync(socket, """{"type":"ping"}""");
        var last = await WebSocketServer.ReceiveAsync(socket);

        Assert.Equal(
            ["""{"id":"fast","type":"next","payload":{"data":{"hello":"Hello, world!"}}}""", """{"id":"fast","type":"complete"}"""],
            answers.Select(answer => answer!.ToJsonString()));
        Assert.Equal("pong", (string?)last!["type"]);
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Operation_IdIsUsedAgainAfterComplete_IsANewOperation()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var socket = await server.ConnectAsync();
        for (var i = 0; i < 50; i++)
        {
            await WebSocketServer.SendAsync(socket, Subscribe("1", "subscription { never }"));
            await WebSocketServer.SendAsync(socket, """{"type":"complete","id":"1"}""");
        }

        await WebSocketServer.SendAsync(socket, Subscribe("1", "{ hello }"));

        Assert.Equal("next", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);
    }

    [Fact]
    public async Task Operation_MoreThanAllowed_GetsAnError()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options => options.MaxOperationsPerConnection = 2));
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("1", "subscription { never }"));
        await WebSocketServer.SendAsync(socket, Subscribe("2", "subscription { never }"));
        await WebSocketServer.SendAsync(socket, Subscribe("3", "{ hello }"));

        Assert.Equal(
            """{"id":"3","type":"error","payload":[{"message":"2 operations run on this connection already; complete one of them first.","extensions":{"code":"CONNECTION_TOO_MANY_OPERATIONS"}}]}""",
            (await WebSocketServer.ReceiveAsync(socket))!.ToJsonString());
    }

    [Fact]
    public async Task Operation_SourceFails_EndsWithAMaskedError()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("1", "subscription { breaks }"));
        await WebSocketServer.ReceiveAsync(socket);
        var error = (await WebSocketServer.ReceiveAsync(socket))!;

        Assert.Equal("error", (string?)error["type"]);
        Assert.StartsWith("Internal server error (", (string?)error["payload"]![0]!["message"], StringComparison.Ordinal);
        Assert.Equal("[\"breaks\"]", error["payload"]![0]!["path"]!.ToJsonString());
        Assert.Contains("secret", Assert.Single(server.Log.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operation_LongStreamedResult_IsOneMessage()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("1", "{ long(parts: 300) }"));
        var next = (await WebSocketServer.ReceiveAsync(socket))!;

        Assert.Equal(3_000_000, ((string)next["payload"]!["data"]!["long"]!).Length);
        Assert.Equal("complete", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);
    }

    [Fact]
    public async Task Operation_StreamedResultFailsHalfSent_ClosesTheConnection()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("1", "{ long(parts: 30, failAt: 20) }"));
        var last = await WebSocketServer.ReceiveAsync(socket);

        Assert.Null(last);
        Assert.Equal((4500, "Internal server error"), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Operation_StreamedResultFailsUnsent_IsAnError()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var socket = await server.ConnectAsync();

        await WebSocketServer.SendAsync(socket, Subscribe("1", "{ long(parts: 3, failAt: 1) }"));

        Assert.Equal("error", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);
    }

    [Fact]
    public async Task Handshake_OverHttp2_IsAnswered()
    {
        await using var server = await WebSocketServer.StartAsync(protocols: HttpProtocols.Http2);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = NewClient();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var probe = SourceProbe.Create();

        await socket.ConnectAsync(new Uri(server.Address), invoker, CancellationToken.None);
        await WebSocketServer.SendAsync(socket, """{"type":"connection_init"}""");
        await WebSocketServer.ReceiveAsync(socket);
        await WebSocketServer.SendAsync(socket, Subscribe("1", $"subscription {{ ticks(probe: \"{probe.Name}\") }}"));
        Assert.Equal("next", (string?)(await WebSocketServer.ReceiveAsync(socket))!["type"]);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        await probe.Disposed;
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Handshake_ServerIsFull_Is503()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyWebSocketOptions(options => options.MaxConnections = 1));
        using var first = await server.ConnectAsync();
        using var second = NewClient();

        await Assert.ThrowsAsync<WebSocketException>(() => second.ConnectAsync(new Uri(server.Address), CancellationToken.None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.HttpStatusCode);
    }

    [Theory]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("https://app.example", HttpStatusCode.SwitchingProtocols)]
    [InlineData("self", HttpStatusCode.SwitchingProtocols)]
    public async Task Handshake_Origin_IsAllowedOrRefused(string origin, HttpStatusCode expected)
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyHttpOptions(options => options.TrustedOrigins.Add("https://app.example")));
        using var socket = NewClient();
        socket.Options.SetRequestHeader("Origin", origin == "self" ? new Uri(server.HttpAddress).GetLeftPart(UriPartial.Authority) : origin);

        var connecting = socket.ConnectAsync(new Uri(server.Address), CancellationToken.None);
        await (expected == HttpStatusCode.SwitchingProtocols ? connecting : Assert.ThrowsAsync<WebSocketException>(() => connecting));

        Assert.Equal(expected, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Handshake_Incomplete_Is400()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.HttpAddress);
        request.Headers.Add("Upgrade", "websocket");

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Sec-WebSocket-Key", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_AllWrong_AreAllNamed()
    {
        var options = new GraphQLWebSocketOptions
        {
            ConnectionInitTimeout = TimeSpan.Zero,
            KeepAliveInterval = TimeSpan.FromSeconds(1),
            WriteTimeout = TimeSpan.FromSeconds(-1),
            CloseTimeout = TimeSpan.FromDays(2),
            MaxMessageBytes = 1,
            MaxBufferedBytes = 0,
            MaxOperationsPerConnection = 0,
            MaxConnections = 0,
        };

        var result = new GraphQLWebSocketOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "ConnectionInitTimeout is 00:00:00; it must be longer than zero and at most 1.00:00:00.",
                "WriteTimeout is -00:00:01; it must be longer than zero and at most 1.00:00:00.",
                "CloseTimeout is 2.00:00:00; it must be longer than zero and at most 1.00:00:00.",
                "MaxMessageBytes is 1; it must be 1024 or more.",
                "MaxBufferedBytes is 0; it must be 1024 or more.",
                "MaxOperationsPerConnection is 0; it must be 1 or more.",
                "MaxConnections is 0; it must be 1 or more.",
                "KeepAliveTimeout is 00:00:12; it must not be longer than KeepAliveInterval, 00:00:01.",
            ],
            result.Failures!);
    }

    private static ClientWebSocket NewClient()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.CollectHttpResponseDetails = true;
        return socket;
    }

    private static string Subscribe(string id, string query) =>
        new JsonObject { ["type"] = "subscribe", ["id"] = id, ["payload"] = new JsonObject { ["query"] = query } }.ToJsonString();
}
