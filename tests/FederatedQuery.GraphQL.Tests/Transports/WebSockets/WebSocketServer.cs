using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>A real server on a free port, set up as a test wants it, and plain WebSocket clients of it.</summary>
public sealed class WebSocketServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebSocketServer(WebApplication app)
    {
        _app = app;
        HttpAddress = app.Urls.Single() + "/graphql";
    }

    public string HttpAddress { get; }

    public string Address => HttpAddress.Replace("http://", "ws://", StringComparison.Ordinal);

    public RecordedLog Log => _app.Services.GetRequiredService<RecordedLog>();

    public static async Task<WebSocketServer> StartAsync(Action<GraphQLServerBuilder>? configure = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols));
        builder.Logging.ClearProviders();
        builder.Logging.Services.AddSingleton<RecordedLog>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<RecordedLog>());
        builder.Services.AddSingleton<Greeter>().AddScoped<List<string>>();
        var graphQL = builder.Services.AddGraphQLServer()
            .AddType<LibraryQueries>()
            .AddType(typeof(LibraryMutations))
            .AddType(typeof(LibrarySubscriptions))
            .AddType(typeof(ProbeQueries))
            .AddType(typeof(ProbeSubscriptions))
            .AddType<Author>()
            .AddType<Book>();
        configure?.Invoke(graphQL);
        var app = builder.Build();
        app.MapGraphQL();
        await app.StartAsync();
        return new WebSocketServer(app);
    }

    /// <summary>A connection that has been acknowledged.</summary>
    public async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = await OpenAsync();
        await SendAsync(socket, """{"type":"connection_init"}""");
        Assert.Equal("connection_ack", (string?)(await ReceiveAsync(socket))!["type"]);
        return socket;
    }

    public async Task<ClientWebSocket> OpenAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(new Uri(Address), limit.Token);
        return socket;
    }

    public static async Task SendAsync(WebSocket socket, string message)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
    }

    /// <summary>The next message; null when the server has closed.</summary>
    public static async Task<JsonNode?> ReceiveAsync(WebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
            {
                return JsonNode.Parse(message.ToArray());
            }
        }
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
