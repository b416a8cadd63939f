namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>Properties of a REST catalog by the names that Java's and Python's clients know; what is not listed is not heeded, but for <c>header.*</c>.</summary>
public static class RestCatalogProperties
{
    public const string Uri = "uri";

    public const string Warehouse = "warehouse";

    /// <summary>Stands between <c>v1</c> and the rest of the path; from the server as a rule.</summary>
    public const string Prefix = "prefix";

    /// <summary>A bearer token, sent as it is.</summary>
    public const string Token = "token";

    /// <summary><c>id:secret</c>, or a secret alone, for OAuth2's client credentials flow.</summary>
    public const string Credential = "credential";

    /// <summary>What the token is asked for; <see cref="DefaultScope"/> when missing.</summary>
    public const string Scope = "scope";

    /// <summary>Where tokens are had; the catalog's own <c>v1/oauth/tokens</c> when missing.</summary>
    public const string OAuth2ServerUri = "oauth2-server-uri";

    /// <summary><c>true</c>: requests carry an AWS signature (version 4) instead of a token.</summary>
    public const string SigV4Enabled = "rest.sigv4-enabled";

    /// <summary>The service that is signed for: <c>glue</c>, <c>s3tables</c>, or <c>execute-api</c>, which it is when missing.</summary>
    public const string SigningName = "rest.signing-name";

    public const string SigningRegion = "rest.signing-region";

    /// <summary><c>header.X-Name</c>: a header of every request.</summary>
    public const string HeaderPrefix = "header.";

    public const string DefaultScope = "catalog";

    public const string DefaultSigningName = "execute-api";
}
