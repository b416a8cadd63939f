namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>Which tokens are believed (AUTH_MODE=jwt).</summary>
internal sealed record TokenOptions
{
    /// <summary>The scope that makes a request of OAuth one of OpenID Connect.</summary>
    public const string OpenId = "openid";

    /// <summary>AUTH_JWT_AUTHORITY: below it is <c>.well-known/openid-configuration</c>, and it is the issuer.</summary>
    public required Uri Authority { get; init; }

    /// <summary>AUTH_JWT_AUDIENCE: must be among a token's audiences.</summary>
    public required string Audience { get; init; }

    /// <summary>AUTH_JWT_ROLES_CLAIM: a list of names, or one string of them; dots lead into objects where no claim has that name.</summary>
    public string RolesClaim { get; init; } = "roles";

    /// <summary>AUTH_JWT_TENANT_CLAIM: a string.</summary>
    public string TenantClaim { get; init; } = "tenant";

    /// <summary>AUTH_JWT_CLOCK_SKEW: how far the issuer's clock may be off.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>AUTH_JWT_CLIENT_ID: as what the gateway's pages are known to the issuer, which people then sign in at; null: they do not.</summary>
    public string? ClientId { get; init; }

    /// <summary>AUTH_JWT_SCOPES: what the pages ask of the issuer, with spaces between them; <c>openid</c> is among them.</summary>
    public string Scopes { get; init; } = OpenId;
}
