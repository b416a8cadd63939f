using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Catalogs.Rest.Authentication;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>What a client knows of its server once it has asked for the configuration: addresses, what is offered, how requests are sent.</summary>
internal sealed class RestSession
{
    private const int MaxReadsAgain = 2;
    private const string Namespaces = "/v1/{prefix}/namespaces";
    private const string Table = "/v1/{prefix}/namespaces/{namespace}/tables/{table}";

    /// <summary>Assumed of servers that do not say what they offer, by the API's text.</summary>
    private static readonly FrozenSet<string> DefaultEndpoints =
    [
        $"GET {Namespaces}", $"POST {Namespaces}", $"GET {Namespaces}/{{namespace}}", $"DELETE {Namespaces}/{{namespace}}",
        $"POST {Namespaces}/{{namespace}}/properties", $"GET {Namespaces}/{{namespace}}/tables", $"POST {Namespaces}/{{namespace}}/tables",
        $"GET {Table}", $"POST {Table}", $"DELETE {Table}", $"POST {Namespaces}/{{namespace}}/register", "POST /v1/{prefix}/tables/rename",
    ];

    private readonly string _root;
    private readonly string _prefix;
    private readonly FrozenSet<string> _endpoints;

    private RestSession(Uri catalog, ImmutableDictionary<string, string> properties, CatalogConfig config, RestHttp http)
    {
        _root = $"{Trim(catalog)}/v1";
        _prefix = properties.GetValueOrDefault(RestCatalogProperties.Prefix, "").Trim('/');
        _endpoints = config.Endpoints is { } endpoints ? endpoints.ToFrozenSet(StringComparer.Ordinal) : DefaultEndpoints;
        IsIdempotencyKeyKnown = config.IdempotencyKeyLifetime is not null;
        HasNestedNamespaces = properties.GetValueOrDefault(RestCatalogProperties.SigningName) is not ("glue" or "s3tables");
        Http = http;
    }

    public RestHttp Http { get; }

    /// <summary>Requests that change something may be repeated under a key of theirs.</summary>
    public bool IsIdempotencyKeyKnown { get; }

    /// <summary>AWS's catalogs have one level, and answer questions for a second with errors.</summary>
    public bool HasNestedNamespaces { get; }

    /// <exception cref="IcebergException">AccessDenied, NotFound (of the warehouse), Unavailable, Unsupported, InvalidMetadata.</exception>
    public static async Task<RestSession> OpenAsync(
        RestCatalogOptions options, HttpClient client, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var own = options.Properties;
        var plain = new RestHttp(client, options, timeProvider, RestAuthentication.None, []);
        var query = options.Warehouse is null ? "" : $"?warehouse={Uri.EscapeDataString(options.Warehouse)}";
        var request = new RestCall(HttpMethod.Get, new Uri($"{Trim(options.Uri)}/v1/config{query}"));
        var authentication = Authentication(options.Uri, own, options, plain, timeProvider);
        var (answer, message) = await GetAsync<CatalogConfig>(plain.With(authentication, HeadersOf(own)), request, cancellationToken);
        var config = message ?? throw RestErrors.ToException(request, answer);
        var merged = config.Defaults.SetItems(own).SetItems(config.Overrides);
        var catalog = merged.TryGetValue(RestCatalogProperties.Uri, out var moved)
            ? Uri.TryCreate(moved, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw IcebergException.InvalidMetadata($"The REST catalog's configuration sets 'uri' to '{RestErrors.Shorten(moved)}', which is no address of HTTP.")
            : options.Uri;

        // With a token from before, unless the server wants another way.
        var isSame = catalog == options.Uri && AuthenticationProperties.All(name => merged.GetValueOrDefault(name) == own.GetValueOrDefault(name));
        return new RestSession(
            catalog, merged, config, plain.With(isSame ? authentication : Authentication(catalog, merged, options, plain, timeProvider), HeadersOf(merged)));
    }

    public bool Offers(HttpMethod method, string path) => _endpoints.Contains($"{method} /v1/{{prefix}}/{path}");

    /// <param name="template">The path as the API writes it below the prefix, for what is offered: <c>namespaces/{namespace}/tables</c>.</param>
    /// <param name="path">The path itself, its parts percent-encoded.</param>
    /// <exception cref="IcebergException">Unsupported: the server does not offer it.</exception>
    public RestCall Request(HttpMethod method, string template, string path)
    {
        if (!Offers(method, template))
        {
            throw IcebergException.Unsupported($"The REST catalog {_root} does not offer '{method} /v1/{{prefix}}/{template}'.");
        }

        var request = new RestCall(method, new Uri($"{_root}/{(_prefix.Length == 0 ? "" : _prefix + "/")}{path}"));
        return method == HttpMethod.Post && IsIdempotencyKeyKnown
            ? request with { MayBeRepeated = true, Headers = [("Idempotency-Key", Guid.CreateVersion7().ToString("D"))] }
            : request;
    }

    /// <summary>Asks for a message; one that comes in half, which a proxy may have cut, is asked for again.</summary>
    /// <returns>The message; null when the answer is that it has not been modified.</returns>
    /// <exception cref="IcebergException">The answer is an error, none came, or it is no such message.</exception>
    public static async Task<(RestReply Answer, T? Message)> GetAsync<T>(RestHttp http, RestCall request, CancellationToken cancellationToken)
        where T : class, IRestMessage<T>
    {
        for (var retry = 0; ; retry++)
        {
            var answer = await SendAsync(http, request, cancellationToken);
            if (answer.Status == 304)
            {
                return (answer, null);
            }

            if (!answer.IsSuccess)
            {
                throw RestErrors.ToException(request, answer);
            }

            try
            {
                return (answer, answer.Read<T>(request));
            }
            catch (IcebergException exception) when (exception.InnerException?.InnerException is JsonException && retry < MaxReadsAgain)
            {
                // Once more.
            }
        }
    }

    /// <exception cref="IcebergException">Unavailable: no answer came. As of <see cref="RestHttp.SendAsync"/>.</exception>
    public static async Task<RestReply> SendAsync(RestHttp http, RestCall request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (LostAnswerException lost)
        {
            throw lost.ToUnavailable();
        }
    }

    private static readonly string[] AuthenticationProperties =
    [
        RestCatalogProperties.Token, RestCatalogProperties.Credential, RestCatalogProperties.Scope, RestCatalogProperties.OAuth2ServerUri,
        RestCatalogProperties.SigV4Enabled, RestCatalogProperties.SigningName, RestCatalogProperties.SigningRegion,
    ];

    private static RestAuthentication Authentication(
        Uri catalog, ImmutableDictionary<string, string> properties, RestCatalogOptions options, RestHttp http, TimeProvider timeProvider)
    {
        if (string.Equals(properties.GetValueOrDefault(RestCatalogProperties.SigV4Enabled), "true", StringComparison.OrdinalIgnoreCase))
        {
            var signer = options.Signer ?? throw IcebergException.Unsupported(
                $"The REST catalog {Trim(catalog)} wants signed requests ({RestCatalogProperties.SigV4Enabled}), and no signer was given.");
            return new SignedRequests(
                signer,
                properties.GetValueOrDefault(RestCatalogProperties.SigningName, RestCatalogProperties.DefaultSigningName),
                properties.GetValueOrDefault(RestCatalogProperties.SigningRegion));
        }

        if (properties.TryGetValue(RestCatalogProperties.Credential, out var credential))
        {
            var endpoint = properties.TryGetValue(RestCatalogProperties.OAuth2ServerUri, out var server)
                ? Uri.TryCreate(new Uri($"{Trim(catalog)}/"), server, out var uri) && uri.Scheme is "http" or "https"
                    ? uri
                    : throw IcebergException.InvalidValue($"'{RestCatalogProperties.OAuth2ServerUri}' is '{RestErrors.Shorten(server)}', which is no address of HTTP.")
                : new Uri($"{Trim(catalog)}/v1/oauth/tokens");
            return new OAuth2ClientCredentials(
                endpoint, credential, properties.GetValueOrDefault(RestCatalogProperties.Scope, RestCatalogProperties.DefaultScope), http, timeProvider);
        }

        return properties.TryGetValue(RestCatalogProperties.Token, out var token) ? new BearerToken(token) : RestAuthentication.None;
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(ImmutableDictionary<string, string> properties) => properties
        .Where(property => property.Key.StartsWith(RestCatalogProperties.HeaderPrefix, StringComparison.Ordinal))
        .Select(property => KeyValuePair.Create(property.Key[RestCatalogProperties.HeaderPrefix.Length..], property.Value));

    /// <summary>Without <c>/v1</c>, which some write and some do not.</summary>
    private static string Trim(Uri catalog)
    {
        var text = catalog.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return text.EndsWith("/v1", StringComparison.Ordinal) ? text[..^3] : text;
    }
}
