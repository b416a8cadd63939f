using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest;

namespace FederatedQuery.Gateway.Settings;

/// <summary>The settings of a REST catalog: ICEBERG_REST_URI and its companions, of ICEBERG_CATALOG=rest, or ANALYTICS_REST_URI and its.</summary>
/// <param name="prefix">Of the names: ICEBERG_REST.</param>
/// <param name="warehouse">The name of the setting that names the warehouse.</param>
internal sealed class RestCatalogReader(CheckedValues values, string prefix, string warehouse)
{
    private static readonly string[] SigningNames = ["glue", "s3tables", "execute-api"];

    public RestCatalogOptions? Read()
    {
        var tableBucket = values.Text("S3_TABLE_BUCKET") is { } bucket && IsArn(bucket) ? bucket : null;
        var properties = Credential().Concat(Signing()).ToImmutableDictionary(property => property.Name, property => property.Value);
        var wasGiven = values.Text(Name("URI")) is not null;
        if (values.HttpAddress(Name("URI")) is not { } uri)
        {
            if (!wasGiven)
            {
                values.Error($"{Name("URI")} is not set; with ICEBERG_CATALOG=rest it must be the address of the catalog, such as https://catalog.example.com/api/catalog.");
            }

            return null;
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            values.Error($"{Name("URI")} names '{uri.Host}' with a user or a query; it must be an address alone: {Name("CREDENTIAL")} says who asks.");
        }

        return new RestCatalogOptions { Uri = uri, Warehouse = values.Text(warehouse) ?? tableBucket, Properties = properties };
    }

    private string Name(string setting) => $"{prefix}_{setting}";

    public static bool IsArn(string text) => text.StartsWith("arn:", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<(string Name, string Value)> Credential()
    {
        var (scope, server) = (values.Text(Name("SCOPE")), values.HttpAddress(Name("OAUTH2_URI")));

        // No token has a colon (RFC 6750), and no client id (RFC 6749 forbids it where both are sent in one header).
        var credential = values.Text(Name("CREDENTIAL"));
        var isClient = credential?.Contains(':', StringComparison.Ordinal) == true;
        if (!isClient && (scope is not null || server is not null))
        {
            values.Error($"{Name(scope is null ? "OAUTH2_URI" : "SCOPE")} is set; it is for OAuth2, where {Name("CREDENTIAL")} must be id:secret.");
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
        if (values.Text(Name("SIGNING_NAME")) is not { } service)
        {
            yield break;
        }

        if (!SigningNames.Contains(service))
        {
            values.Error($"{Name("SIGNING_NAME")} is '{service}'; it must be one of {string.Join(", ", SigningNames)}.");
        }

        if (values.Text(Name("CREDENTIAL")) is not null)
        {
            values.Error($"{Name("CREDENTIAL")} and {Name("SIGNING_NAME")} are both set; requests carry a token or a signature, so one of them must be empty.");
        }

        yield return (RestCatalogProperties.SigV4Enabled, "true");
        yield return (RestCatalogProperties.SigningName, service);
        if (values.Text("AWS_REGION") is { } region)
        {
            yield return (RestCatalogProperties.SigningRegion, region);
        }
    }
}
