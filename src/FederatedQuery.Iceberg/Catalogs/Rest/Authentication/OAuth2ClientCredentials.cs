using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

/// <summary>
/// Tokens by OAuth2's client credentials flow (RFC 6749, 4.4). A token is renewed before it expires, and when the server rejects it; all who wait for
/// one share one request.
/// </summary>
internal sealed class OAuth2ClientCredentials : RestAuthentication
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(2);

    private readonly Uri _tokenEndpoint;
    private readonly string? _clientId;
    private readonly string _clientSecret;
    private readonly string _scope;
    private readonly RestHttp _http;
    private readonly TimeProvider _timeProvider;

    // Of this one item the newest number counts; a new number is a new token.
    private readonly SizeBoundedCache<Token> _tokens = new(1, static _ => 1, LoadTimeout);
    private readonly Lock _lock = new();
    private Token? _current;
    private int _number;

    /// <param name="credential"><c>id:secret</c>, or a secret alone.</param>
    /// <param name="http">Sends without any authentication.</param>
    public OAuth2ClientCredentials(Uri tokenEndpoint, string credential, string scope, RestHttp http, TimeProvider timeProvider)
    {
        _tokenEndpoint = tokenEndpoint;
        var colon = credential.IndexOf(':');
        (_clientId, _clientSecret) = colon < 0 ? (null, credential) : (credential[..colon], credential[(colon + 1)..]);
        _scope = scope;
        _http = http;
        _timeProvider = timeProvider;
    }

    public override async Task ApplyAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
    }

    public override bool Reject(HttpRequestMessage request)
    {
        lock (_lock)
        {
            // Of many that were rejected with one token, the first has it renewed.
            if (_current is { } current && current.Value == request.Headers.Authorization?.Parameter)
            {
                _current = null;
                _number++;
            }

            return true;
        }
    }

    private async Task<Token> GetTokenAsync(CancellationToken cancellationToken)
    {
        Token? known;
        string key;
        lock (_lock)
        {
            known = _current;
            if (known is not null && _timeProvider.GetUtcNow() < known.RenewAt)
            {
                return known;
            }

            key = _number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        try
        {
            return await _tokens.GetAsync(key, AskAsync, cancellationToken);
        }
        catch (Exception exception) when (exception is IcebergException && known is not null && _timeProvider.GetUtcNow() < known.ExpiresAt)
        {
            // Renewal is early: the old one still serves, and the next request tries again.
            return known;
        }
    }

    private async Task<Token> AskAsync(CancellationToken cancellationToken)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials"), new("client_secret", _clientSecret), new("scope", _scope) };
        if (_clientId is not null)
        {
            form.Add(new("client_id", _clientId));
        }

        var asked = _timeProvider.GetUtcNow();
        var answer = await _http.SendAsync(
            new RestCall(HttpMethod.Post, _tokenEndpoint)
            {
                Body = Encoding.ASCII.GetBytes(string.Join('&', form.Select(entry => $"{entry.Key}={Uri.EscapeDataString(entry.Value)}"))),
                ContentType = "application/x-www-form-urlencoded",
                MayBeRepeated = true,
            },
            cancellationToken);
        if (!answer.IsSuccess)
        {
            throw new IcebergException(
                answer.IsTransient ? IcebergErrorKind.Unavailable : IcebergErrorKind.AccessDenied,
                $"The OAuth2 server {_tokenEndpoint} gave no token for the REST catalog: it answered {answer.Status}{Reason(answer)}.");
        }

        return Keep(Read(answer, asked));
    }

    private Token Keep(Token token)
    {
        lock (_lock)
        {
            // The next one is asked for under another number.
            _current = token;
            _number++;
            return token;
        }
    }

    private Token Read(RestReply answer, DateTimeOffset asked)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            const string where = "the token response";
            var value = document.RootElement.RequiredString("access_token", where);
            var type = document.RootElement.OptionalString("token_type", where) ?? "bearer";
            if (!string.Equals(type, "bearer", StringComparison.OrdinalIgnoreCase))
            {
                throw IcebergException.Unsupported($"it has the 'token_type' {type}; bearer is used here");
            }

            // Without a lifetime it counts until it is rejected.
            var lifetime = document.RootElement.OptionalLong("expires_in", where) is { } seconds
                ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue))
                : TimeSpan.FromDays(365);
            var margin = TimeSpan.FromTicks(Math.Min(lifetime.Ticks / 5, LongestMargin.Ticks));
            return new Token(value, asked + lifetime - margin, asked + lifetime);
        }
        catch (Exception exception) when (exception is JsonException or IcebergException)
        {
            // The text is not quoted: it may hold the token.
            throw new IcebergException(IcebergErrorKind.AccessDenied, $"The OAuth2 server {_tokenEndpoint} sent a token response that cannot be used: {(exception is JsonException ? "it is not JSON" : exception.Message)}.");
        }
    }

    /// <summary>RFC 6749, 5.2.</summary>
    private static string Reason(RestReply answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var error = document.RootElement.OptionalString("error", "the error");
            var description = document.RootElement.OptionalString("error_description", "the error");
            return error is null ? "" : $" ({RestErrors.Shorten(error)}{(description is null ? "" : ": " + RestErrors.Shorten(description))})";
        }
        catch (Exception exception) when (exception is JsonException or IcebergException)
        {
            // Something else answered, a proxy perhaps; the status says enough.
            return "";
        }
    }

    private sealed record Token(string Value, DateTimeOffset RenewAt, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => nameof(Token);
    }
}
