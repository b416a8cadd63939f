using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>What is known of the issuer: its name, as tokens have it, its keys, and where people sign in; null: nowhere.</summary>
internal sealed record IssuerDocument(string Issuer, ImmutableArray<SigningKey> Keys, IssuerEndpoints? Endpoints);

/// <summary>
/// The issuer's keys, by OpenID Connect's discovery. Read when the first token comes, again every ten minutes beside the requests, and at once when a token
/// names a key that is not known, but then every ten seconds at most: neither a storm of made-up tokens nor an issuer that is down costs more. Keys that could not
/// be read again are good for a day.
/// </summary>
internal sealed partial class IssuerKeys(TokenOptions options, HttpClient http, TimeProvider time, ILogger<IssuerKeys> logger) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Both documents together.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Known? _known;
    private long? _lastTry;
    private int _renewing;

    /// <summary>The issuer with a key that a token may be signed with.</summary>
    /// <param name="isWanted">Whether the key is the one that is looked for.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    /// <returns>The keys as they are; the wanted one may not be among them.</returns>
    /// <exception cref="IssuerUnavailableException">The issuer has never answered, or not for a day.</exception>
    public async ValueTask<IssuerDocument> FindAsync(Func<SigningKey, bool> isWanted, CancellationToken cancellationToken)
    {
        var known = _known;
        var age = known is null ? TimeSpan.MaxValue : time.GetElapsedTime(known.ReadAt);
        if (known is null || age > Grace || !known.Document.Keys.Any(isWanted))
        {
            return await ReadInTurnAsync(isWanted, cancellationToken);
        }

        if (age > Fresh && Interlocked.Exchange(ref _renewing, 1) == 0)
        {
            _ = RenewAsync();
        }

        return known.Document;
    }

    /// <summary>What is known of the issuer, which is asked first where that is nothing.</summary>
    /// <returns>Null: it cannot be asked at present.</returns>
    public async Task<IssuerDocument?> TryFindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(static _ => true, cancellationToken);
        }
        catch (IssuerUnavailableException)
        {
            // Why is in the log.
            return null;
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task RenewAsync()
    {
        try
        {
            await _turn.WaitAsync(CancellationToken.None);
            try
            {
                await TryReadAsync();
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (ObjectDisposedException)
        {
            // The gateway stops.
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    private async Task<IssuerDocument> ReadInTurnAsync(Func<SigningKey, bool> isWanted, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var known = _known;
            var isThere = known is not null && time.GetElapsedTime(known.ReadAt) <= Grace && known.Document.Keys.Any(isWanted);
            if (!isThere)
            {
                await TryReadAsync();
            }

            return _known is { } now && time.GetElapsedTime(now.ReadAt) <= Grace
                ? now.Document
                : throw new IssuerUnavailableException($"The issuer '{options.Authority}' cannot be asked for its keys at present.");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Reads the documents, unless that was tried a moment ago. What goes wrong leaves what is known as it is. Goes on though the client is gone: clients that go
    /// at once must not have it begun again and again.
    /// </summary>
    private async Task TryReadAsync()
    {
        if (_lastTry is { } last && time.GetElapsedTime(last) < Pause)
        {
            return;
        }

        _lastTry = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(Timeout, time);
        try
        {
            _known = new Known(await ReadAsync(timeout.Token), time.GetTimestamp());
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException or FormatException or InvalidOperationException)
        {
            Log.NotRead(logger, options.Authority, error.Message);
        }
    }

    private async Task<IssuerDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var authority = options.Authority.AbsoluteUri.TrimEnd('/');
        using var discovery = await GetAsync(new Uri(authority + "/.well-known/openid-configuration"), cancellationToken);
        var issuer = Text(discovery.RootElement, "issuer");
        if (issuer.TrimEnd('/') != authority)
        {
            throw new FormatException($"it says that its issuer is '{issuer}'");
        }

        var address = new Uri(Text(discovery.RootElement, "jwks_uri"), UriKind.Absolute);
        if (!IssuerEndpoints.IsSafe(address))
        {
            throw new FormatException($"its keys are at '{address}', which is not https");
        }

        using var keys = await GetAsync(address, cancellationToken);
        return keys.RootElement.ValueKind == JsonValueKind.Object && keys.RootElement.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array
            ? new IssuerDocument(issuer, [.. list.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>()], IssuerEndpoints.Read(discovery.RootElement))
            : throw new FormatException($"what is at '{address}' is no list of keys");
    }

    private async Task<JsonDocument> GetAsync(Uri address, CancellationToken cancellationToken) => JsonDocument.Parse(await http.GetByteArrayAsync(address, cancellationToken));

    private static string Text(JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"its configuration has no '{name}'");

    private sealed record Known(IssuerDocument Document, long ReadAt);

    private static partial class Log
    {
        [LoggerMessage(6220, LogLevel.Warning, "The keys of the issuer '{Authority}' could not be read: {Reason}. Those known so far are good for a day")]
        public static partial void NotRead(ILogger logger, Uri authority, string reason);
    }
}

/// <summary>Whether a token is good cannot be said.</summary>
internal sealed class IssuerUnavailableException(string message) : Exception(message);
