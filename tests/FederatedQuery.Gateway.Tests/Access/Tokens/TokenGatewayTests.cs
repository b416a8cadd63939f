using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Access.Tokens;

/// <summary>A gateway with AUTH_MODE=jwt and a rate limit, and an issuer beside it.</summary>
public sealed class TokenGatewayTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Gateway_OfTokens_HeedsRolesTenantTimeAndRate()
    {
        await using var issuer = await TestIssuer.StartAsync();
        var key = issuer.AddCurve("key");
        using var folder = new TemporaryFolder();
        await using var gateway = new GatewayProcess(folder.FullPath, GatewaySettings.Over(await postgres.CreateDatabaseAsync("tokens"), new Dictionary<string, string>
        {
            ["AUTH_MODE"] = "jwt",
            ["HOST"] = "127.0.0.1",
            ["AUTH_JWT_AUTHORITY"] = issuer.Address,
            ["AUTH_JWT_AUDIENCE"] = "gateway",
            ["AUTH_JWT_CLOCK_SKEW"] = "0",
            ["AUTH_TENANT"] = "acme",
            ["RATE_LIMIT_PER_SECOND"] = "1",
            ["RATE_LIMIT_BURST"] = "20",
        }));
        await gateway.StartAsync();
        string Token(string subject, string role, int seconds = 300, string? tenant = "acme") => TestIssuer.Sign(key, "key", issuer.Claims(
            DateTimeOffset.UtcNow, ("sub", subject), ("tenant", tenant), ("roles", new JsonArray(role)), ("exp", DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds())).ToJsonString());

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(gateway, null, "{ tables { name } }")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, Token("ann", "reader"), "{ tables { name } }")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(gateway, Token("bob", "reader", tenant: "other"), "{ tables { name } }")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(gateway, Token("bob", "admin", tenant: null), "{ tables { name } }")).Status);

        // What admins do is written down, what came of it too, and what was refused.
        await AskAsync(gateway, Token("eve", "admin"), """mutation { verifyTable(tableName: "none") { id } }""");
        await AskAsync(gateway, Token("ann", "reader"), """mutation { verifyTable(tableName: "none") { id } }""");
        await DemoGateway.WaitForOutputAsync(gateway, "Audit: 'eve' (tenant 'acme', from 127.0.0.1) asked for mutation verifyTable: TABLE_NOT_FOUND");
        await DemoGateway.WaitForOutputAsync(gateway, "Audit: 'ann' (tenant 'acme', from 127.0.0.1) asked for mutation verifyTable: FORBIDDEN");
        Assert.DoesNotContain(Token("eve", "admin")[..60], gateway.Output, StringComparison.Ordinal);

        Assert.Equal("4403 The key or token has been revoked or has expired.", await EndOfSocketAsync(gateway, Token("cid", "reader", seconds: 3)));

        // So does a stream that has no end of its own.
        using var asking = new HttpRequestMessage(HttpMethod.Get, "/logs/tail");
        asking.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token("cid", "reader", seconds: 6));
        using var tail = await gateway.Client.SendAsync(asking, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, tail.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => tail.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        var flood = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => AskAsync(gateway, Token("dan", "reader"), "{ __typename }")));
        Assert.InRange(flood.Count(answer => answer.Status == HttpStatusCode.OK), 20, 59);
        var refused = flood.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal("TOO_MANY_REQUESTS", refused.Body.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.NotNull(refused.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, Token("ann", "reader"), "{ __typename }")).Status);

        // Over a WebSocket each operation counts, right or wrong, and so does each try to be let in.
        Assert.Equal(["GRAPHQL_PARSE_FAILED", "TOO_MANY_REQUESTS"], await FloodSocketAsync(gateway, Token("fay", "reader")));
        var soon = Token("gus", "reader", seconds: 5);
        var ends = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => EndOfSocketAsync(gateway, soon)));
        Assert.Contains("4503 RATE_LIMIT_PER_SECOND allows 1 requests a second; these were more. Send it again later.", ends);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body, RetryConditionHeaderValue? RetryAfter)> AskAsync(GatewayProcess gateway, string? token, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query }) };
        request.Headers.Accept.ParseAdd("application/graphql-response+json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await gateway.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(), response.Headers.RetryAfter);
    }

    /// <summary>Sends many operations that are none, and gives the codes of the answers.</summary>
    private static async Task<IEnumerable<string?>> FloodSocketAsync(GatewayProcess gateway, string token)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await ConnectAsync(gateway, token, patience.Token);
        for (var id = 0; id < 60; id++)
        {
            await SendAsync(socket, $$$"""{"type":"subscribe","id":"{{{id}}}","payload":{"query":"{ none"}}""", patience.Token);
        }

        var codes = new List<string?>();
        var buffer = new byte[4096];
        while (codes.Count < 60)
        {
            var received = await socket.ReceiveAsync(buffer, patience.Token);
            var message = JsonElement.Parse(buffer.AsSpan(0, received.Count));
            if (message.GetProperty("type").GetString() == "error")
            {
                codes.Add(message.GetProperty("payload")[0].GetProperty("extensions").GetProperty("code").GetString());
            }
        }

        return codes.Distinct().Order(StringComparer.Ordinal);
    }

    private static async Task<ClientWebSocket> ConnectAsync(GatewayProcess gateway, string token, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Port}/graphql"), cancellationToken);
        await SendAsync(socket, $"{{\"type\":\"connection_init\",\"payload\":{{\"authorization\":\"Bearer {token}\"}}}}", cancellationToken);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private static async Task<string> EndOfSocketAsync(GatewayProcess gateway, string token)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await ConnectAsync(gateway, token, patience.Token);
        var buffer = new byte[4096];
        while (socket.CloseStatus is null)
        {
            await socket.ReceiveAsync(buffer, patience.Token);
        }

        return $"{(int)socket.CloseStatus} {socket.CloseStatusDescription}";
    }
}
