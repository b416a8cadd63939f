using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest;

namespace FederatedQuery.Gateway.Settings;

/// <summary>The settings of a REST catalog: ICEBERG_REST_URI and its companions, of ICEBERG_CATALOG=rest, or ANALYTICS_REST_URI and its.</summary>
/// <param name="prefix">Of the names: ICEBERG_REST.</param>
/// <param name="warehouse">The name of the setting that names the warehouse.</param>
/// <param name="text">A setting's text; null where it is absent.</param>
/// <param name="address">A setting as an address of HTTP; null where it is absent or wrong, which is reported.</param>
/// <param name="error">Reports what is wrong.</param>
internal sealed class RestCatalogReader(string prefix, string warehouse, Func<string, string?> text, Func<string, Uri?> address, Action<string> error)
{
    private static readonly string[] SigningNames = ["glue", "s3tables", "execute-api"];

    public RestCatalogOptions? Read()
    {
        var tableBucket = text("S3_TABLE_BUCKET") is { } bucket && IsArn(bucket) ? bucket : null;
        var properties = Credential().Concat(Signing()).ToImmutableDictionary(property => property.Name, property => property.Value);
        var wasGiven = text(Name("URI")) is not null;
        if (address(Name("URI")) is not { } uri)
        {
            if (!wasGiven)
            {
                error($"{Name("URI")} is not set; with ICEBERG_CATALOG=rest it must be the address of the catalog, such as https://catalog.example.com/api/catalog.");
            }

            return null;
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            error($"{Name("URI")} names '{uri.Host}' with a user or a query; it must be an address alone: {Name("CREDENTIAL")} says who asks.");
        }

        return new RestCatalogOptions { Uri = uri, Warehouse = text(warehouse) ?? tableBucket, Properties = properties };
    }

    private string Name(string setting) => $"{prefix}_{setting}";

    public static bool IsArn(string text) => text.StartsWith("arn:", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<(string Name, string Value)> Credential()
    {
        var (scope, server) = (text(Name("SCOPE")), address(Name("OAUTH2_URI")));

        // No token has a colon (RFC 6750), and no client id (RFC 6749 forbids it where both are sent in one header).
        var credential = text(Name("CREDENTIAL"));
        var isClient = credential?.Contains(':', StringComparison.Ordinal) == true;
        if (!isClient && (scope is not null || server is not null))
        {
            error($"{Name(scope is null ? "OAUTH2_URI" : "SCOPE")} is set; it is for OAuth2, where {Name("CREDENTIAL")} must be id:secret.");
        }

        if (credential is not null)
        {
            yield return (isClient ? RestCatalogProperties.Credential : RestCatalogProperties.Token, credential);
        }

        if (scope is not null)
        {
            yield return (RestCatalogProperties.Scope, scope);
        }

        if (server is not null)
        {
            yield return (RestCatalogProperties.OAuth2ServerUri, server.AbsoluteUri);
        }
    }

    private IEnumerable<(string Name, string Value)> Signing()
    {
        if (text(Name("SIGNING_NAME")) is not { } service)
        {
            yield break;
        }

        if (!SigningNames.Contains(service))
        {
            error($"{Name("SIGNING_NAME")} is '{service}'; it must be one of {string.Join(", ", SigningNames)}.");
        }

        if (text(Name("CREDENTIAL")) is not null)
        {
            error($"{Name("CREDENTIAL")} and {Name("SIGNING_NAME")} are both set; requests carry a token or a signature, so one of them must be empty.");
        }

        yield return (RestCatalogProperties.SigV4Enabled, "true");
        yield return (RestCatalogProperties.SigningName, service);
        if (text("AWS_REGION") is { } region)
        {
            yield return (RestCatalogProperties.SigningRegion, region);
        }
    }
}
