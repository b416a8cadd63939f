namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>Which tokens are believed (AUTH_MODE=jwt).</summary>
internal sealed record TokenOptions
{
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
}
