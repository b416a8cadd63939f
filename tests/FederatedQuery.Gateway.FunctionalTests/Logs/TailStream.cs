using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary><c>GET /logs/tail</c>, read as a browser's EventSource does.</summary>
internal sealed class TailStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private TailStream(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    /// <summary>Subscribes. The server has the subscription when this returns.</summary>
    public static async Task<TailStream> OpenAsync(GatewayProcess gateway, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/logs/tail" + query);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new TailStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event; comments are passed over.</summary>
    public async Task<TailEventText> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var (name, id, data) = ("message", "", (string?)null);
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["event", var value]:
                    name = value;
                    break;
                case ["id", var value]:
                    id = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                case [""] when data is not null:
                    return new TailEventText(name, id, JsonElement.Parse(data));
            }
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <param name="Name"><c>message</c>: a record.</param>
/// <param name="Id">To go on from.</param>
internal sealed record TailEventText(string Name, string Id, JsonElement Data);
