using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Access;

/// <summary>Keys over HTTP and WebSocket, from when they are made to when they are revoked.</summary>
public sealed class KeyTests(KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    [Fact]
    public void Create_EachTime_IsAnotherKeyOfTheForm()
    {
        var (id, text) = KeyText.Create();

        Assert.Matches("^fq_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$", text);
        Assert.Equal(id, KeyText.IdOf(text));
        Assert.NotEqual(text, KeyText.Create().Text);
        Assert.All(new[] { "", "fq_", text[1..], text + "x", text.ToUpperInvariant(), text.Replace("fq_", "fx_", StringComparison.Ordinal) }, other => Assert.Null(KeyText.IdOf(other)));
    }

    [Fact]
    public async Task Key_InEveryWayOfSendingIt_IsTaken()
    {
        var key = gateway.KeyOf("writer")!;
        foreach (var (header, value) in new[]
        {
            ("Authorization", "Bearer " + key), ("Authorization", "bearer  " + key), ("Authorization", "ApiKey " + key), ("Authorization", "ApiKey " + Base64("id:" + key)),
            ("Authorization", "Basic " + Base64("anyone:" + key)), ("X-API-Key", key),
        })
        {
            Assert.Equal((header, value, HttpStatusCode.BadRequest), (header, value, await ShipAsync(header, value)));
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer fq_0000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Digest username=\"me\"")]
    [InlineData("Basic !!!")]
    [InlineData("Basic bWU=")]
    [InlineData("Basic bWU6")]
    [InlineData("ApiKey bm90aGluZw==")]
    public async Task Key_Wrong_IsRefused(string authorization) => Assert.Equal(HttpStatusCode.Unauthorized, await ShipAsync("Authorization", authorization));

    [Fact]
    public async Task Key_WithAnotherSecret_IsRefused()
    {
        var (right, other) = (gateway.KeyOf("writer")!, KeyText.Create().Text);

        Assert.Equal(HttpStatusCode.Unauthorized, await ShipAsync("Authorization", "Bearer " + right[..20] + other[20..]));
    }

    [Fact]
    public async Task Key_JustMade_IsTakenAtOnce()
    {
        // One after the other, so that some come right after a look that did not see them yet.
        for (var i = 0; i < 10; i++)
        {
            using var answer = await gateway.SendAsync("GET", "/graphql/schema", await gateway.AddKeyAsync(["reader"]));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Key_OfATenantThatIsNotServed_IsRefused()
    {
        using var answer = await gateway.SendAsync("GET", "/graphql/schema", await gateway.AddKeyAsync(["admin"], tenant: "acme"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Key_Expired_IsRefused()
    {
        var key = await gateway.AddKeyAsync(["reader"], expires: DateTime.UtcNow.AddSeconds(4));
        using var answer = await gateway.SendAsync("GET", "/graphql/schema", key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, await gateway.StatusWhenRefusedAsync(key));
    }

    [Fact]
    public async Task Key_Revoked_IsRefusedAndEndsWhatItBegan()
    {
        var key = await gateway.AddKeyAsync(["reader"]);
        using var socket = await ConnectAsync(Init("Authorization", "Bearer " + key));
        Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(socket));
        using var tail = await gateway.SendAsync("GET", "/logs/tail", key);
        Assert.Equal(HttpStatusCode.OK, tail.StatusCode);
        var tailing = tail.Content.ReadAsStringAsync();

        await gateway.RevokeAsync(key);

        Assert.Equal(HttpStatusCode.Unauthorized, await gateway.StatusWhenRefusedAsync(key));
        Assert.Equal("4403 The key or token has been revoked or has expired.", await EndAsync(socket));
        await Assert.ThrowsAnyAsync<Exception>(() => tailing.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(tailing.IsFaulted);
        await DemoGateway.WaitForOutputAsync(gateway.Process, $"Audit: the key '{KeyText.IdOf(key)}' (named '', roles reader, tenant '', expires never) was made");
        await DemoGateway.WaitForOutputAsync(gateway.Process, $"Audit: the key '{KeyText.IdOf(key)}' was revoked");
    }

    [Fact]
    public async Task Socket_WithoutAKey_IsRefused()
    {
        using var socket = await ConnectAsync("""{"type":"connection_init"}""");

        Assert.StartsWith("4403 The request comes without a key or token", await EndAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_WithAKey_HasItsRoles()
    {
        using var socket = await ConnectAsync(Init("apiKey", gateway.KeyOf("writer")!));
        Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(socket));

        await SendAsync(socket, """{"type":"subscribe","id":"1","payload":{"query":"{ __typename tables { name } }"}}""");

        var answer = JsonDocument.Parse(await ReceiveAsync(socket)).RootElement;
        Assert.Equal("error", answer.GetProperty("type").GetString());
        Assert.Equal("FORBIDDEN", answer.GetProperty("payload")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    private async Task<HttpStatusCode> ShipAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logs") { Content = new StringContent("[", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await gateway.Process.Client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<ClientWebSocket> ConnectAsync(string init)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Process.Port}/graphql"), CancellationToken.None);
        await SendAsync(socket, init);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[16 * 1024];
        var received = await socket.ReceiveAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>Code and reason of the close frame; pings before it are passed over.</summary>
    private static async Task<string> EndAsync(ClientWebSocket socket)
    {
        while (socket.CloseStatus is null)
        {
            await ReceiveAsync(socket);
        }

        return $"{(int)socket.CloseStatus} {socket.CloseStatusDescription}";
    }

    private static string Init(string name, string value) => $"{{\"type\":\"connection_init\",\"payload\":{{\"{name}\":\"{value}\"}}}}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
