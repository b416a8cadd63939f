using FederatedQuery.Gateway.Access.Tokens;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Reads AUTH_*.</summary>
internal sealed class AccessReader(CheckedValues values)
{
    private const int MaximumSkew = 600;

    /// <summary>What means something with AUTH_MODE=jwt alone.</summary>
    private static readonly string[] ForTokens = ["AUTH_JWT_AUTHORITY", "AUTH_JWT_AUDIENCE", "AUTH_JWT_ROLES_CLAIM", "AUTH_JWT_TENANT_CLAIM", "AUTH_JWT_CLOCK_SKEW", "AUTH_JWT_CLIENT_ID", "AUTH_JWT_SCOPES"];

    public AccessSettings Read()
    {
        var mode = values.OneOf("AUTH_MODE", "none", ["none", "apikey", "jwt"]) switch
        {
            "apikey" => AuthMode.ApiKey,
            "jwt" => AuthMode.Jwt,
            _ => AuthMode.None,
        };
        var tenant = values.Text("AUTH_TENANT");
        if (mode == AuthMode.None && values.Text(SettingsSources.Tenants) is not null)
        {
            values.Error($"AUTH_MODE is 'none'; it must be apikey or jwt with {SettingsSources.Tenants}: nobody says what tenant he is of.");
        }
        else if (tenant is not null && mode == AuthMode.None)
        {
            values.Error($"AUTH_TENANT is '{tenant}'; it must be empty while AUTH_MODE is none: nobody says what tenant he is of.");
        }

        if (mode != AuthMode.Jwt)
        {
            foreach (var name in ForTokens.Where(name => values.Text(name) is not null))
            {
                values.Error($"{name} is set; it is for AUTH_MODE=jwt.");
            }
        }

        return new AccessSettings(mode, tenant, mode == AuthMode.Jwt ? Tokens() : null);
    }

    private TokenOptions? Tokens()
    {
        var given = values.Text("AUTH_JWT_AUTHORITY");
        var authority = values.HttpAddress("AUTH_JWT_AUTHORITY");
        if (given is null)
        {
            values.Error("AUTH_JWT_AUTHORITY is not set; with AUTH_MODE=jwt it must be the address of the issuer of tokens, such as https://login.example.com/realms/main.");
        }
        else if (authority is not null && ((authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback) || authority.UserInfo.Length + authority.Query.Length + authority.Fragment.Length > 0))
        {
            values.Error($"AUTH_JWT_AUTHORITY is '{authority.GetLeftPart(UriPartial.Path).Replace(authority.UserInfo + "@", "", StringComparison.Ordinal)}'; it must be https (http on loopback only), without a user, query or fragment.");
        }

        var audience = values.Text("AUTH_JWT_AUDIENCE");
        if (audience is null)
        {
            values.Error("AUTH_JWT_AUDIENCE is not set; with AUTH_MODE=jwt it must be what tokens for this gateway have as 'aud'.");
        }

        var defaults = new TokenOptions { Authority = authority ?? new Uri("https://localhost"), Audience = audience ?? "" };
        return defaults with
        {
            RolesClaim = values.Text("AUTH_JWT_ROLES_CLAIM") ?? defaults.RolesClaim,
            TenantClaim = values.Text("AUTH_JWT_TENANT_CLAIM") ?? defaults.TenantClaim,
            ClockSkew = TimeSpan.FromSeconds(values.Integer("AUTH_JWT_CLOCK_SKEW", (int)defaults.ClockSkew.TotalSeconds, 0, MaximumSkew)),
            ClientId = values.Text("AUTH_JWT_CLIENT_ID"),
            Scopes = Scopes() ?? defaults.Scopes,
        };
    }

    private string? Scopes()
    {
        if (values.Text("AUTH_JWT_SCOPES") is not { } given)
        {
            return null;
        }

        var scopes = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // RFC 6749, 3.3.
        if (!scopes.Contains(TokenOptions.OpenId) || !scopes.All(scope => scope.All(character => character is >= '!' and <= '~' and not ('"' or '\\'))))
        {
            values.Error($"AUTH_JWT_SCOPES is '{given}'; it must be names with spaces between them, '{TokenOptions.OpenId}' among them.");
        }

        return string.Join(' ', scopes);
    }
}
