using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>
/// Sends requests: each within its time, its answer within its size, and again, with growing random pauses, after failures that may pass where that can
/// do no harm. Safe for concurrent use.
/// </summary>
internal sealed class RestHttp
{
    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client;
    private readonly RestCatalogOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly RestAuthentication _authentication;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers;

    /// <param name="client">Without a timeout of its own; it is not disposed of.</param>
    /// <param name="headers">Of every request.</param>
    public RestHttp(
        HttpClient client, RestCatalogOptions options, TimeProvider timeProvider, RestAuthentication authentication,
        IEnumerable<KeyValuePair<string, string>> headers)
    {
        _client = client;
        _options = options;
        _timeProvider = timeProvider;
        _authentication = authentication;
        _headers = [.. headers];
    }

    /// <summary>The same with another way to say who asks.</summary>
    public RestHttp With(RestAuthentication authentication, IEnumerable<KeyValuePair<string, string>> headers) =>
        new(_client, _options, _timeProvider, authentication, headers);

    /// <summary>Follows no redirections: they would take the credentials elsewhere.</summary>
    public static HttpClient CreateClient(RestCatalogOptions options) => new(new SocketsHttpHandler
    {
        ConnectTimeout = options.ConnectTimeout,
        AutomaticDecompression = System.Net.DecompressionMethods.GZip | System.Net.DecompressionMethods.Deflate,
        AllowAutoRedirect = false,
        UseCookies = false,
        // Addresses behind a name change; servers close idle connections after about this long.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <returns>Any answer that came whole, errors too.</returns>
    /// <exception cref="LostAnswerException">None came, or one that is too large.</exception>
    /// <exception cref="IcebergException">AccessDenied, Unavailable: there are no credentials to send it with.</exception>
    public async Task<RestReply> SendAsync(RestCall request, CancellationToken cancellationToken)
    {
        var (wasRejected, mayHaveTakenEffect) = (false, false);
        for (var retry = 0; ; retry++)
        {
            RestReply? answer = null;
            LostAnswerException? lost = null;
            try
            {
                (answer, var isWorthAnother) = await SendOnceAsync(request, cancellationToken);
                if (isWorthAnother && !wasRejected)
                {
                    wasRejected = true;
                    continue;
                }
            }
            catch (LostAnswerException exception)
            {
                lost = exception;
                mayHaveTakenEffect |= lost.MayHaveTakenEffect;
            }
            catch (IcebergException exception) when (mayHaveTakenEffect)
            {
                throw new LostAnswerException(request, mayHaveTakenEffect, exception.Message, exception);
            }

            // Too many requests: this one was not begun.
            var mayRepeat = lost is null
                ? answer!.IsTransient && (request.MayBeRepeated || answer.Status == 429)
                : lost.MayPass && (request.MayBeRepeated || !lost.MayHaveTakenEffect);
            var delay = DelayBefore(retry, answer?.RetryAfter);
            if (!mayRepeat || retry >= _options.MaxRetries || delay > _options.MaxRetryAfter)
            {
                return answer ?? throw lost!;
            }

            await Task.Delay(delay, _timeProvider, cancellationToken);
        }
    }

    /// <returns>The answer, and whether the server took it for unauthorized and might not do so again.</returns>
    private async Task<(RestReply Answer, bool IsWorthAnother)> SendOnceAsync(RestCall request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Address);
        foreach (var (name, value) in _headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue(request.ContentType) } };
        }

        await _authentication.ApplyAsync(message, request.Body, cancellationToken);
        var timeout = request.Timeout ?? _options.RequestTimeout;
        using var deadline = new CancellationTokenSource(timeout, _timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var body = await ReadBodyAsync(request, response.Content, both.Token);
            var answer = new RestReply((int)response.StatusCode, body)
            {
                // As it is: some servers leave out the quotes.
                ETag = response.Headers.NonValidated.TryGetValues("ETag", out var tags) ? tags.ToString() : null,
                RetryAfter = RetryAfterOf(response.Headers.RetryAfter),
                Location = response.Headers.Location?.ToString(),
            };
            return (answer, answer.IsUnauthorized && _authentication.Reject(message));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LostAnswerException(
                request, mayHaveTakenEffect: true, string.Create(CultureInfo.InvariantCulture, $"none within {timeout.TotalSeconds:0.###} seconds."), exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            var wasSent = exception is not HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError,
            };
            throw new LostAnswerException(request, wasSent, exception.Message, exception);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(RestCall request, HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await stream.ReadAsync(body.GetMemory(16 * 1024), cancellationToken);
            body.Advance(read);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            if (body.WrittenCount > request.MaxAnswerBytes)
            {
                throw new LostAnswerException(request, mayHaveTakenEffect: true, $"it has more than {request.MaxAnswerBytes} bytes.", innerException: null) { MayPass = false };
            }
        }
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _timeProvider.GetUtcNow(),
        _ => null,
    };

    /// <summary>Doubles up to a limit; of that a random part, so that clients do not stay in step. At least what the server asks for.</summary>
    private TimeSpan DelayBefore(int retry, TimeSpan? retryAfter)
    {
        var limit = Math.Min(_options.MaxRetryDelay.TotalMilliseconds, MinRetryDelay.TotalMilliseconds * Math.Pow(2, retry + 1));
        var own = TimeSpan.FromMilliseconds(limit * (0.5 + (Random.Shared.NextDouble() / 2)));
        return retryAfter is { } asked && asked > TimeSpan.Zero ? asked + own : own;
    }
}
