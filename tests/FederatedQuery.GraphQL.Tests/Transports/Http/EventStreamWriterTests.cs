using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Tests.Transports.WebSockets;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

/// <summary>Server-sent events, with the client of npm graphql-sse and by hand.</summary>
public class EventStreamWriterTests
{
    [Fact]
    public async Task Client_OperationsOfAllKinds_AreAnswered()
    {
        await using var server = await WebSocketServer.StartAsync();

        var seen = await RunAsync(server, "operations");

        Assert.Equal("""{"results":[{"data":{"hello":"Hello, Bob!"}}]}""", seen["query"]!.ToJsonString());
        Assert.Equal("""{"results":[{"data":{"append":"x"}}]}""", seen["mutation"]!.ToJsonString());
        Assert.Equal("""{"results":[{"data":{"countTo":1}},{"data":{"countTo":2}},{"data":{"countTo":3}}]}""", seen["subscription"]!.ToJsonString());
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", (string?)seen["invalid"]!["results"]![0]!["errors"]![0]!["extensions"]!["code"]);
        Assert.Equal(400, (int)seen["refused"]!["status"]!);
    }

    [Fact]
    public async Task Client_LeavesASubscription_ItsSourceIsDisposedOf()
    {
        await using var server = await WebSocketServer.StartAsync();
        var probe = SourceProbe.Create();

        var seen = await RunAsync(server, "unsubscribe", probe.Name);

        Assert.Equal(3, seen["results"]!.AsArray().Count);
        await probe.Disposed;
        Assert.Empty(server.Log.Problems);
    }

    /// <summary>That mode begins with a PUT, which is no method of GraphQL over HTTP.</summary>
    [Fact]
    public async Task Client_SingleConnectionMode_IsRefused()
    {
        await using var server = await WebSocketServer.StartAsync();

        var seen = await RunAsync(server, "singleConnection");

        Assert.Equal(405, (int)seen["status"]!);
    }

    [Fact]
    public async Task Stream_SourceIsSilent_GetsComments()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyHttpOptions(options => options.EventStreamKeepAliveInterval = TimeSpan.FromMilliseconds(100)));
        var probe = SourceProbe.Create();
        using var client = new HttpClient();
        using var request = Request(server, HttpMethod.Post, $"subscription {{ ticks(probe: \\\"{probe.Name}\\\", milliseconds: 600000) }}");

        using (var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(":", await reader.ReadLineAsync());
                Assert.Equal(string.Empty, await reader.ReadLineAsync());
            }
        }

        await probe.Disposed;
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Stream_SourceFails_EndsWithAMaskedErrorAndComplete()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var client = new HttpClient();
        using var request = Request(server, HttpMethod.Get, "subscription { breaks }");

        using var response = await client.SendAsync(request);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n");

        Assert.Equal(5, events.Length);
        Assert.Equal("event: next\ndata: {\"data\":{\"breaks\":1}}", events[1]);
        Assert.StartsWith("event: next\ndata: {\"errors\":[{\"message\":\"Internal server error (", events[2], StringComparison.Ordinal);
        Assert.Equal("event: complete\ndata:", events[3]);
        Assert.Contains("secret", Assert.Single(server.Log.Problems), StringComparison.Ordinal);
    }

    /// <summary>A second message within the half of the first would be read as part of it, or as the end of all.</summary>
    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("multipart/mixed")]
    public async Task Stream_ResultFailsWhileItIsWritten_IsCutOff(string accept)
    {
        await using var server = await WebSocketServer.StartAsync();
        using var client = new HttpClient();
        using var request = Request(server, HttpMethod.Post, "{ hello ... @defer { long(parts: 3, failAt: 1, tellsWhy: true) } }");
        request.Headers.Remove("Accept");
        request.Headers.Add("Accept", accept);

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stream_ServerShutsDown_EndsWithoutComplete()
    {
        await using var server = await WebSocketServer.StartAsync();
        var probe = SourceProbe.Create();
        using var client = new HttpClient();
        using var request = Request(server, HttpMethod.Post, $"subscription {{ ticks(probe: \\\"{probe.Name}\\\", milliseconds: 600000) }}");

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = response.Content.ReadAsStringAsync();
        await server.StopAsync();

        Assert.Equal(":\n\n", await text);
        await probe.Disposed;
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Multipart_ServerShutsDown_SubscriptionEndsWithAPartThatSaysSo()
    {
        await using var server = await WebSocketServer.StartAsync();
        var probe = SourceProbe.Create();
        using var client = new HttpClient();
        using var request = Request(server, HttpMethod.Post, $"subscription {{ ticks(probe: \\\"{probe.Name}\\\", milliseconds: 600000) }}");
        request.Headers.Remove("Accept");
        request.Headers.Add("Accept", "multipart/mixed;subscriptionSpec=1.0");

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = response.Content.ReadAsStringAsync();
        await server.StopAsync();

        Assert.Equal(
            "\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
            + """{"payload":null,"errors":[{"message":"The server is shutting down.","extensions":{"code":"SERVER_SHUTTING_DOWN"}}]}"""
            + "\r\n-----\r\n",
            await text);
        await probe.Disposed;
        Assert.Empty(server.Log.Problems);
    }

    [Fact]
    public async Task Stream_ClientStopsReading_IsCutOffAndItsSourceEnds()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyHttpOptions(options => options.EventStreamWriteTimeout = TimeSpan.FromSeconds(1)));
        var probe = SourceProbe.Create();
        var address = new Uri(server.HttpAddress);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        var query = Uri.EscapeDataString($"subscription {{ ticks(probe: \"{probe.Name}\", size: 100000, milliseconds: 0) }}");

        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /graphql?query={query} HTTP/1.1\r\nHost: {address.Authority}\r\nAccept: text/event-stream\r\n\r\n"));
        await probe.Disposed;

        Assert.InRange(probe.Events * 100_000L, 1, 64_000_000);
        Assert.Empty(server.Log.Problems);
    }

    private static HttpRequestMessage Request(WebSocketServer server, HttpMethod method, string query)
    {
        var request = method == HttpMethod.Get
            ? new HttpRequestMessage(method, $"{server.HttpAddress}?query={Uri.EscapeDataString(query)}")
            : new HttpRequestMessage(method, server.HttpAddress) { Content = new StringContent($"{{\"query\":\"{query}\"}}", Encoding.UTF8, "application/json") };
        request.Headers.Add("Accept", "text/event-stream");
        return request;
    }

    private static async Task<JsonNode> RunAsync(WebSocketServer server, params string[] scenario) =>
        JsonNode.Parse(await NodeScript.RunAsync("sse-client.js", string.Empty, [server.HttpAddress, .. scenario]))!;
}
