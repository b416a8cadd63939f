using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FederatedQuery.Gateway.FunctionalTests.Telemetry;

internal sealed record ReceivedSpan(string Name, string Id, string ParentId, string TraceId, int Kind, bool IsError, ulong Start, ulong End, IReadOnlyDictionary<string, string> Attributes);

/// <summary>An OTLP collector over HTTP (https://opentelemetry.io/docs/specs/otlp): answers every export with an empty success and keeps it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, string? Header, byte[] Body)> _exports = new();
    private readonly Task _serving;

    public OtlpReceiver()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The value of the header <c>x-tenant</c> on the exports.</summary>
    public IEnumerable<string?> Tenants => _exports.Select(export => export.Header).Distinct();

    public IReadOnlyList<ReceivedSpan> Spans =>
    [
        .. Resources("/v1/traces")
            .SelectMany(resource => resource.Messages(2))
            .SelectMany(scope => scope.Messages(2))
            .Select(span => new ReceivedSpan(
                span.Text(5), span.Hex(2), span.Hex(4), span.Hex(1), (int)(span.Number(6) ?? 0), span.Messages(15).Any(status => status.Number(3) == 2), span.Fixed64(7), span.Fixed64(8),
                AttributesOf(span, 9))),
    ];

    public IReadOnlySet<string> Metrics => Resources("/v1/metrics")
        .SelectMany(resource => resource.Messages(2))
        .SelectMany(scope => scope.Messages(2))
        .Select(metric => metric.Text(1))
        .ToHashSet();

    public IReadOnlyDictionary<string, string> Resource => AttributesOf(Resources("/v1/traces").First().Messages(1).Single(), 1);

    /// <summary>Every byte received, to look for what must not be there.</summary>
    public string Raw => string.Concat(_exports.Select(export => Encoding.Latin1.GetString(export.Body)));

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private IEnumerable<ProtobufMessage> Resources(string path) =>
        _exports.Where(export => export.Path == path).SelectMany(export => new ProtobufMessage(export.Body).Messages(1));

    private static Dictionary<string, string> AttributesOf(ProtobufMessage message, int field) => message.Messages(field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.Messages(2).Single() is var value && value.Has(1) ? value.Text(1) : (value.Number(2) ?? value.Number(3))?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?");

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // Stopped.
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            _exports.Enqueue((context.Request.Url!.AbsolutePath, context.Request.Headers["x-tenant"], body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }
}
