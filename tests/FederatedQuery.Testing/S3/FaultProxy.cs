using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Testing.S3;

/// <summary>
/// An HTTP server on a free loopback port that passes requests on to another (S3, a REST catalog) and lets some of them fail, by chance
/// (<see cref="Rates"/>) or as told (<see cref="FailNext"/>). What fails can be changed while it runs.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Transfer-Encoding", "Keep-Alive", "Expect" };

    private readonly WebApplication _application;
    private readonly HttpClient _client;
    private readonly Uri _target;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private readonly List<(Func<HttpRequest, bool> Matches, Fault Fault)> _next = [];
    private int _requests;
    private long _bodyBytes;

    private FaultProxy(WebApplication application, Uri target, int seed)
    {
        _application = application;
        _target = target;
        _random = new Random(seed);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    }

    /// <summary>What clients are given instead of the server's address.</summary>
    public Uri Address => new(_application.Urls.First());

    public FaultRates Rates { get; set; } = FaultRates.None;

    /// <summary>How often each fault has happened.</summary>
    public ConcurrentDictionary<Fault, int> Faults { get; } = new();

    /// <summary>Every request so far: method, then path and query.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Bytes of answers' bodies sent so far.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    /// <summary>Sees every request before it is passed on, such as to read who signed it.</summary>
    public Action<HttpRequest>? Observe { get; set; }

    /// <param name="target">Where requests go.</param>
    /// <param name="seed">Of the faults by chance.</param>
    public static async Task<FaultProxy> StartAsync(Uri target, int seed = 1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var proxy = new FaultProxy(application, target, seed);
        application.Run(proxy.HandleAsync);
        await application.StartAsync();
        return proxy;
    }

    /// <summary>The next request that matches fails so; each call counts for one request.</summary>
    public void FailNext(Fault fault, Func<HttpRequest, bool>? matches = null)
    {
        lock (_lock)
        {
            _next.Add((matches ?? (_ => true), fault));
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        Log.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        Observe?.Invoke(context.Request);
        var (fault, latency) = Draw(context.Request);
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, context.RequestAborted);
        }

        switch (fault)
        {
            case Fault.CutBefore:
                Count(fault);
                context.Abort();
                return;
            case Fault.InternalError:
                await RefuseAsync(context, fault, StatusCodes.Status500InternalServerError, "InternalError", "We encountered an internal error. Please try again.");
                return;
            case Fault.SlowDown:
                await RefuseAsync(context, fault, StatusCodes.Status503ServiceUnavailable, "SlowDown", "Please reduce your request rate.");
                return;
        }

        try
        {
            await PassOnAsync(context, fault);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // The server or the client went away: the other side sees the same.
            context.Abort();
        }
    }

    private (Fault Fault, TimeSpan Latency) Draw(HttpRequest request)
    {
        lock (_lock)
        {
            var latency = Rates.Latency * _random.NextDouble();
            var told = _next.FindIndex(next => next.Matches(request));
            if (told < 0)
            {
                return (Rates.Pick(_random.NextDouble()), latency);
            }

            var fault = _next[told].Fault;
            _next.RemoveAt(told);
            return (fault, latency);
        }
    }

    private async Task PassOnAsync(HttpContext context, Fault fault)
    {
        using var message = Copy(context.Request);
        using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (fault == Fault.LostAnswer)
        {
            await response.Content.CopyToAsync(Stream.Null, context.RequestAborted);
            Count(fault);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!NotPassedOn.Contains(name))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (HttpMethods.IsHead(context.Request.Method) || response.Content.Headers.ContentLength == 0)
        {
            return;
        }

        await SendBodyAsync(context, response, fault);
    }

    private async Task SendBodyAsync(HttpContext context, HttpResponseMessage response, Fault fault)
    {
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        if (fault is not (Fault.CutBody or Fault.TruncatedBody))
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
                Interlocked.Add(ref _bodyBytes, read);
            }

            return;
        }

        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, context.RequestAborted);
        var half = whole.GetBuffer().AsMemory(0, (int)whole.Length / 2);
        context.Response.ContentLength = fault == Fault.TruncatedBody ? half.Length : whole.Length;
        Interlocked.Add(ref _bodyBytes, half.Length);
        Count(fault);
        await context.Response.Body.WriteAsync(half, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (fault == Fault.CutBody)
        {
            context.Abort();
        }
    }

    private HttpRequestMessage Copy(HttpRequest request)
    {
        // The path as it was sent: a signature covers it.
        var rawTarget = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_target, rawTarget));
        if (request.ContentLength is not null || request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(request.Body);
        }

        foreach (var (name, values) in request.Headers)
        {
            if (!NotPassedOn.Contains(name) && !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return message;
    }

    private async Task RefuseAsync(HttpContext context, Fault fault, int status, string code, string text)
    {
        Count(fault);
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{text}</Message></Error>", Encoding.UTF8, context.RequestAborted);
    }

    private void Count(Fault fault) => Faults.AddOrUpdate(fault, 1, static (_, count) => count + 1);
}
