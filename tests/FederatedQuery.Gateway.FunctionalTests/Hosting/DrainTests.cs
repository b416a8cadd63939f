using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Hosting;

/// <summary>What a gateway that is told to stop does with those who are at it.</summary>
public sealed class DrainTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const int Clients = 50;

    /// <summary>Takes some seconds, and is still on its way when the gateway listens no more.</summary>
    private const string LongQuery = """{ postgresQuery(query: "SELECT count(*) AS n FROM generate_series(1, 20000000)") { data } }""";

    private const string ShortQuery = """{ federatedQuery(query: "SELECT count(*) AS n FROM logs") { data } }""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stop_UnderLoadOf50Clients_LosesNoAcknowledgedRecordAndFailsNoQuery()
    {
        var database = await postgres.CreateDatabaseAsync("drain");
        await using var gateway = NewGateway(database, delay: 2);
        await gateway.StartAsync();
        var acknowledged = new ConcurrentBag<string>();
        var answered = 0;
        using var away = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var turn = 0; !away.IsCancellationRequested; turn++)
            {
                if (client % 2 == 0)
                {
                    var message = $"record {client} {turn}";
                    using var response = await gateway.Client.PostAsJsonAsync("/logs", new { message });
                    Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
                    acknowledged.Add(message);
                }
                else
                {
                    await gateway.DataAsync(ShortQuery);
                }

                Interlocked.Increment(ref answered);
            }
        })).ToArray();
        using var subscriber = await SubscribeAsync(gateway, ("events", "subscription { jobChanged { id } }"), ("query", LongQuery.Replace("\"", "\\\"", StringComparison.Ordinal)));
        using var tail = await gateway.Client.GetAsync(new Uri("/logs/tail", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await WaitAsync(() => Volatile.Read(ref answered) > 4 * Clients);

        var running = gateway.DataAsync(LongQuery);
        var stopped = gateway.StopAsync();
        var health = await StoppingAsync(gateway);
        await away.CancelAsync();

        Assert.Equal("stopping", health.GetProperty("status").GetString());
        await Task.WhenAll(clients);
        Assert.Equal(20_000_000, (await running).GetProperty("postgresQuery").GetProperty("data")[0].GetProperty("n").GetInt64());
        using var end = new CancellationTokenSource(Patience);
        var (messages, close, reason) = await ReadToCloseAsync(subscriber, end.Token);
        Assert.Equal([("query", "next"), ("query", "complete")], messages.Where(message => message.Type != "ping"));
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "Server is shutting down"), (close, reason));
        await tail.Content.ReadAsStringAsync(end.Token);
        Assert.Equal(0, await stopped);
        Assert.DoesNotContain("are left in", gateway.Output, StringComparison.Ordinal);

        // Everything was stored before the process ended: no start was needed for it, on this disk or another.
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT message FROM logs ORDER BY message");
        await using var reader = await command.ExecuteReaderAsync();
        var stored = new List<string>();
        while (await reader.ReadAsync())
        {
            stored.Add(reader.GetString(0));
        }

        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stop_SecondSignal_EndsAtOnce()
    {
        await using var gateway = NewGateway(await postgres.CreateDatabaseAsync("drain"), delay: 300);
        await gateway.StartAsync();

        var first = gateway.StopAsync();
        await StoppingAsync(gateway);
        var second = gateway.StopAsync();

        Assert.Equal((143, 143), (await first, await second));
        Assert.Contains("a second time", gateway.Output, StringComparison.Ordinal);
    }

    private GatewayProcess NewGateway(NpgsqlConnectionStringBuilder database, int delay) => new(
        _folder.FullPath,
        GatewaySettings.Over(database, new Dictionary<string, string> { ["SHUTDOWN_DELAY"] = $"{delay}", ["SHUTDOWN_TIMEOUT"] = "25", ["POSTGRES_POOL_SIZE"] = "10" }));

    /// <summary>As a balancer asks, who sends nobody any more once he is told so.</summary>
    private static async Task<JsonElement> StoppingAsync(GatewayProcess gateway)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await gateway.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            // A probe that takes too long on a busy machine gives 503 too, and the signal may come in the midst of an answer.
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.ConnectionClose == true)
            {
                return await response.Content.ReadFromJsonAsync<JsonElement>();
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "The gateway says that it is ready.");
            await Task.Delay(20);
        }
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "The clients were not answered.");
            await Task.Delay(20);
        }
    }

    private static async Task<ClientWebSocket> SubscribeAsync(GatewayProcess gateway, params (string Id, string Query)[] operations)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Port}/graphql"), patience.Token);
        await SendAsync("""{"type":"connection_init"}""");
        Assert.Equal("connection_ack", (await ReceiveAsync(socket, patience.Token))!.Value.GetProperty("type").GetString());
        foreach (var (id, query) in operations)
        {
            await SendAsync($$$"""{"id":"{{{id}}}","type":"subscribe","payload":{"query":"{{{query}}}"}}""");
        }

        return socket;

        Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    private static async Task<(List<(string? Id, string Type)> Messages, WebSocketCloseStatus? Close, string? Reason)> ReadToCloseAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var messages = new List<(string? Id, string Type)>();
        while (await ReceiveAsync(socket, cancellationToken) is { } message)
        {
            messages.Add((message.TryGetProperty("id", out var id) ? id.GetString() : null, message.GetProperty("type").GetString()!));
        }

        return (messages, socket.CloseStatus, socket.CloseStatusDescription);
    }

    /// <returns>Null once the server has closed.</returns>
    private static async Task<JsonElement?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return null;
            }

            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return JsonElement.Parse(message.ToArray());
            }
        }
    }
}
