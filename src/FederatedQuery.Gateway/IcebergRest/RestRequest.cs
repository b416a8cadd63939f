using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Serving;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>A request with the values of its path, decoded.</summary>
internal sealed class RestRequest(HttpContext context, IcebergRestMetrics metrics, IReadOnlyDictionary<string, string> path)
{
    /// <summary>Table metadata of thousands of columns fits many times; snapshots are sent without their files.</summary>
    private const int MaxBodyBytes = 16 << 20;

    private byte[]? _body;

    public IcebergRestMetrics Metrics => metrics;

    public IHeaderDictionary Headers => context.Request.Headers;

    /// <exception cref="IcebergException">InvalidValue.</exception>
    public string Namespace => RestNames.ParseNamespace(path["namespace"]);

    /// <exception cref="IcebergException">InvalidValue.</exception>
    public TableIdentifier Table => new(Namespace, path["table"]);

    /// <exception cref="RestCatalogException">400.</exception>
    public PageRequest Page => new(Query("pageToken", emptyIsAbsent: false), Query("pageSize") is { } size ? PageSize(size) : null);

    /// <returns>Null when it is absent.</returns>
    /// <exception cref="RestCatalogException">400: it is there twice.</exception>
    public string? Query(string name, bool emptyIsAbsent = true)
    {
        var values = context.Request.Query[name];
        return values.Count switch
        {
            0 => null,
            1 => emptyIsAbsent && string.IsNullOrEmpty(values[0]) ? null : values[0] ?? "",
            _ => throw Bad($"The query parameter '{name}' is given {values.Count} times."),
        };
    }

    /// <exception cref="RestCatalogException">400.</exception>
    public bool QueryBoolean(string name) => Query(name)?.ToLowerInvariant() switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Bad($"The query parameter '{name}' is '{other}'; true or false is expected."),
    };

    /// <summary>Reads the body, which must be JSON of the kind expected.</summary>
    /// <exception cref="RestCatalogException">400, 413 or 415.</exception>
    public async Task<T> ReadAsync<T>(CancellationToken cancellationToken)
        where T : IRestMessage<T>
    {
        RequireJson();
        var body = await ReadBodyAsync(cancellationToken);
        try
        {
            return RestMessage.Read<T>(body, RestMessage.MaxRequestDepth);
        }
        catch (IcebergException error) when (error.Kind is IcebergErrorKind.InvalidMetadata or IcebergErrorKind.InvalidValue or IcebergErrorKind.Unsupported)
        {
            throw new RestCatalogException(400, RestErrorType.BadRequest, $"Malformed request: {error.Message}", error);
        }
    }

    /// <summary>Tells this request from others: of its method, target and body.</summary>
    /// <exception cref="RestCatalogException">400 or 413.</exception>
    public async Task<byte[]> FingerprintAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method}\n{target}\n"));
        hash.AppendData(await ReadBodyAsync(cancellationToken));
        return hash.GetHashAndReset();
    }

    /// <summary>A POST without a body is one that any page can make a browser send: pages of other origins are refused.</summary>
    /// <exception cref="RestCatalogException">403.</exception>
    public void RequireOwnOrigin()
    {
        var origin = Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            throw new RestCatalogException(403, RestErrorType.Forbidden, $"The request comes from a page of '{origin}', which may not make it.");
        }
    }

    /// <summary>Any other content type could be sent by a foreign page without asking (docs/decisions/0007).</summary>
    private void RequireJson()
    {
        var given = context.Request.ContentType;
        if (!MediaTypeHeaderValue.TryParse(given, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new RestCatalogException(
                415, RestErrorType.UnsupportedMediaType, $"Content-Type is {(given is null ? "missing" : $"'{given}'")}; application/json is expected.");
        }

        if (Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new RestCatalogException(415, RestErrorType.UnsupportedMediaType, $"Content-Encoding is '{encoding}'; requests are taken uncompressed.");
        }
    }

    private async Task<byte[]> ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (_body is not null)
        {
            return _body;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, cancellationToken);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RestCatalogException(413, RestErrorType.BadRequest, $"The body is larger than {MaxBodyBytes} bytes.", error);
        }
        catch (BadHttpRequestException error)
        {
            throw new RestCatalogException(400, RestErrorType.BadRequest, $"The body cannot be read: {error.Message}", error);
        }

        return _body = body.ToArray();
    }

    private static int PageSize(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size)
        ? size
        : throw Bad($"'pageSize' is '{text}'; a whole number from 1 is expected.");

    private static RestCatalogException Bad(string message) => new(400, RestErrorType.BadRequest, message);
}
