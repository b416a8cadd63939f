using System.Globalization;
using FederatedQuery.Gateway.Access.Tokens;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Reads AUTH_*.</summary>
/// <param name="text">A setting's value; null: it is absent.</param>
/// <param name="oneOf">A setting that has one of some values; with its default.</param>
/// <param name="httpAddress">A setting that is an address.</param>
/// <param name="error">Takes what is wrong.</param>
internal sealed class AccessReader(Func<string, string?> text, Func<string, string, IReadOnlyList<string>, string> oneOf, Func<string, Uri?> httpAddress, Action<string> error)
{
    private const int MaximumSkew = 600;

    /// <summary>What means something with AUTH_MODE=jwt alone.</summary>
    private static readonly string[] ForTokens = ["AUTH_JWT_AUTHORITY", "AUTH_JWT_AUDIENCE", "AUTH_JWT_ROLES_CLAIM", "AUTH_JWT_TENANT_CLAIM", "AUTH_JWT_CLOCK_SKEW", "AUTH_JWT_CLIENT_ID", "AUTH_JWT_SCOPES"];

    public AccessSettings Read()
    {
        var mode = oneOf("AUTH_MODE", "none", ["none", "apikey", "jwt"]) switch
        {
            "apikey" => AuthMode.ApiKey,
            "jwt" => AuthMode.Jwt,
            _ => AuthMode.None,
        };
        var tenant = text("AUTH_TENANT");
        if (mode == AuthMode.None && text(SettingsSources.Tenants) is not null)
        {
            error($"AUTH_MODE is 'none'; it must be apikey or jwt with {SettingsSources.Tenants}: nobody says what tenant he is of.");
        }
        else if (tenant is not null && mode == AuthMode.None)
        {
            error($"AUTH_TENANT is '{tenant}'; it must be empty while AUTH_MODE is none: nobody says what tenant he is of.");
        }

        if (mode != AuthMode.Jwt)
        {
            foreach (var name in ForTokens.Where(name => text(name) is not null))
            {
                error($"{name} is set; it is for AUTH_MODE=jwt.");
            }
        }

        return new AccessSettings(mode, tenant, mode == AuthMode.Jwt ? Tokens() : null);
    }

    private TokenOptions? Tokens()
    {
        var given = text("AUTH_JWT_AUTHORITY");
        var authority = httpAddress("AUTH_JWT_AUTHORITY");
        if (given is null)
        {
            error("AUTH_JWT_AUTHORITY is not set; with AUTH_MODE=jwt it must be the address of the issuer of tokens, such as https://login.example.com/realms/main.");
        }
        else if (authority is not null && ((authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback) || authority.UserInfo.Length + authority.Query.Length + authority.Fragment.Length > 0))
        {
            error($"AUTH_JWT_AUTHORITY is '{authority.GetLeftPart(UriPartial.Path).Replace(authority.UserInfo + "@", "", StringComparison.Ordinal)}'; it must be https (http on loopback only), without a user, query or fragment.");
        }

        var audience = text("AUTH_JWT_AUDIENCE");
        if (audience is null)
        {
            error("AUTH_JWT_AUDIENCE is not set; with AUTH_MODE=jwt it must be what tokens for this gateway have as 'aud'.");
        }

        var defaults = new TokenOptions { Authority = authority ?? new Uri("https://localhost"), Audience = audience ?? "" };
        return defaults with
        {
            RolesClaim = text("AUTH_JWT_ROLES_CLAIM") ?? defaults.RolesClaim,
            TenantClaim = text("AUTH_JWT_TENANT_CLAIM") ?? defaults.TenantClaim,
            ClockSkew = Skew(defaults.ClockSkew),
            ClientId = text("AUTH_JWT_CLIENT_ID"),
            Scopes = Scopes() ?? defaults.Scopes,
        };
    }

    private string? Scopes()
    {
        if (text("AUTH_JWT_SCOPES") is not { } given)
        {
            return null;
        }

        var scopes = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // RFC 6749, 3.3.
        if (!scopes.Contains(TokenOptions.OpenId) || !scopes.All(scope => scope.All(character => character is >= '!' and <= '~' and not ('"' or '\\'))))
        {
            error($"AUTH_JWT_SCOPES is '{given}'; it must be names with spaces between them, '{TokenOptions.OpenId}' among them.");
        }

        return string.Join(' ', scopes);
    }

    private TimeSpan Skew(TimeSpan fallback)
    {
        if (text("AUTH_JWT_CLOCK_SKEW") is not { } given)
        {
            return fallback;
        }

        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaximumSkew)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        error($"AUTH_JWT_CLOCK_SKEW is '{given}'; it must be a whole number from 0 to {MaximumSkew}.");
        return fallback;
    }
}
