using System.Globalization;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Auth;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

namespace FederatedQuery.Cold.Rest;

/// <summary>
/// Signs requests to Glue, S3 Tables, API Gateway and Secrets Manager (AWS Signature Version 4) with the credentials of the SDK's chain, asked again for every request,
/// so that rotated ones are taken up without a restart.
/// </summary>
/// <param name="credentials">Null: the SDK's chain.</param>
/// <param name="defaultRegion">AWS_REGION; null: what profile or instance say.</param>
/// <param name="time">Of the signatures; servers accept some minutes of difference.</param>
public sealed class AwsRequestSigner(AWSCredentials? credentials, string? defaultRegion, TimeProvider time) : IRequestSigner
{
    private const string Date = "X-Amz-Date";
    private const string SecurityToken = "X-Amz-Security-Token";
    private const string ContentHash = "X-Amz-Content-Sha256";

    /// <summary>The region that the environment, the profile or the instance says.</summary>
    /// <returns>Null where none of them does.</returns>
    public static RegionEndpoint? FindRegion() => FallbackRegionFactory.GetRegionEndpoint();

    /// <inheritdoc/>
    public async Task SignAsync(
        HttpRequestMessage request, ReadOnlyMemory<byte> body, string service, string? region, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var keys = await GetCredentialsAsync(service).WaitAsync(cancellationToken);
        var signedAt = time.GetUtcNow().UtcDateTime;
        var hash = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        request.Headers.TryAddWithoutValidation(Date, signedAt.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(ContentHash, hash);
        if (keys.UseToken)
        {
            request.Headers.TryAddWithoutValidation(SecurityToken, keys.Token);
        }

        var headers = SignedHeaders(request, address);
        var names = string.Join(';', headers.Keys);
        var canonical = string.Join(
            '\n',
            request.Method.Method, CanonicalPath(address), CanonicalQuery(address), string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n")), names, hash);
        var signature = AWS4Signer.ComputeSignature(
            keys, region ?? defaultRegion ?? RegionOfProcess(service), signedAt, service, names, canonical);
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }

    /// <summary>Segments as they are sent, percent-encoded once more: so all services but S3 want it.</summary>
    private static string CanonicalPath(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string CanonicalQuery(Uri address) => string.Join('&', address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => $"{Canonical(pair[0])}={(pair.Length > 1 ? Canonical(pair[1]) : "")}")
        .Order(StringComparer.Ordinal));

    private static string Canonical(string part) => Uri.EscapeDataString(Uri.UnescapeDataString(part));

    /// <summary>Those that say what is meant; proxies may change the others.</summary>
    private static SortedDictionary<string, string> SignedHeaders(HttpRequestMessage request, Uri address)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = address.Authority };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            var lower = name.ToLowerInvariant();
            if (lower.StartsWith("x-", StringComparison.Ordinal))
            {
                signed[lower] = string.Join(',', values.Select(value => value.Trim()));
            }
        }

        if (request.Content?.Headers.ContentType is { } type)
        {
            signed["content-type"] = type.ToString();
        }

        return signed;
    }

    private async Task<ImmutableCredentials> GetCredentialsAsync(string service)
    {
        try
        {
            var found = credentials ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync();
            return await found.GetCredentialsAsync();
        }
        catch (AmazonClientException exception)
        {
            throw new IcebergException(
                IcebergErrorKind.AccessDenied, $"There are no AWS credentials to sign requests to {service} with (environment, web identity, profile, container, instance): {exception.Message}", exception);
        }
    }

    private static string RegionOfProcess(string service) => FindRegion()?.SystemName
        ?? throw new IcebergException(IcebergErrorKind.AccessDenied, $"Requests to {service} are signed for a region, and none is known; set AWS_REGION, such as eu-central-1.");
}
