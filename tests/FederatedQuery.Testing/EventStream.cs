using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace FederatedQuery.Testing;

/// <summary>A subscription over server-sent events, read as they come. Waiting for an event that never comes fails the test.</summary>
public sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage response, StreamReader reader)
    {
        _response = response;
        _reader = reader;
    }

    /// <summary>Subscribes. The server has the subscription when this returns.</summary>
    public static async Task<EventStream> OpenAsync(GatewayProcess gateway, string query, object? variables = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, variables }) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <returns>The result in the next event; null when the stream is complete.</returns>
    public async Task<JsonElement?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        string? data = null;
        var name = string.Empty;
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line["event:".Length..].Trim();
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                data = line["data:".Length..].Trim();
            }
            else if (line.Length == 0 && data is not null)
            {
                return name == "complete" ? null : JsonElement.Parse(data);
            }
        }

        throw new InvalidOperationException("The stream was cut off: it ended without a `complete` event.");
    }

    /// <summary>All results to the end.</summary>
    public async Task<List<JsonElement>> ReadAllAsync()
    {
        var results = new List<JsonElement>();
        while (await NextAsync() is { } result)
        {
            results.Add(result);
        }

        return results;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
