using FederatedQuery.Gateway.Access.Tokens;

namespace FederatedQuery.Gateway.Settings;

/// <summary>AUTH_MODE.</summary>
internal enum AuthMode
{
    None,
    ApiKey,
    Jwt,
}

/// <summary>Who may ask.</summary>
/// <param name="Mode">AUTH_MODE.</param>
/// <param name="Tenant">AUTH_TENANT: the one tenant whose data this gateway serves; null: it serves those that belong to none.</param>
/// <param name="Tokens">AUTH_JWT_*; null: AUTH_MODE is another.</param>
internal sealed record AccessSettings(AuthMode Mode, string? Tenant, TokenOptions? Tokens)
{
    public static AccessSettings Default { get; } = new(AuthMode.None, null, null);
}
