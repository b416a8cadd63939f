using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Access.SignIn;

/// <summary>How people sign in on the gateway's pages: not at all, by a key, or at the issuer of tokens. Safe for concurrent use.</summary>
/// <param name="settings">AUTH_*.</param>
/// <param name="issuer">Null: AUTH_MODE is not jwt.</param>
internal sealed class SignInWays(AccessSettings settings, IssuerKeys? issuer)
{
    /// <summary>A page does not wait longer for the issuer's document: it shows itself, and an issuer that is slow is of no use to it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What a page must know to sign somebody in. The issuer is asked for its document where it is not known.</summary>
    public async Task<SignInAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        var mode = settings.Mode.ToString().ToLowerInvariant();
        if (settings.Tokens is not { ClientId: { } clientId } tokens)
        {
            return new SignInAnswer(mode, null);
        }

        var document = await issuer!.TryFindAsync(cancellationToken);
        var name = document?.Issuer ?? tokens.Authority.AbsoluteUri.TrimEnd('/');
        return new SignInAnswer(mode, new SignInProvider(name, clientId, tokens.Scopes, tokens.Audience, document is not null, document?.Endpoints));
    }

    /// <summary>What a page's policy must allow it to connect to besides the gateway: origins with a space before each; empty: nothing.</summary>
    public async Task<string> OriginsAsync(CancellationToken cancellationToken)
    {
        if (settings.Tokens is not { ClientId: not null } tokens)
        {
            return string.Empty;
        }

        Uri?[] addresses = [tokens.Authority];
        try
        {
            // Not cut short, for its result is of use to the next page.
            if ((await issuer!.TryFindAsync(cancellationToken).WaitAsync(Patience, cancellationToken))?.Endpoints is { } endpoints)
            {
                addresses = [tokens.Authority, endpoints.Token, endpoints.Revocation];
            }
        }
        catch (TimeoutException)
        {
            // Most issuers have all of it below the one address that the settings name.
        }

        return string.Concat(addresses.OfType<Uri>().Select(Origin).Distinct().Select(origin => ' ' + origin));
    }

    private static string Origin(Uri address) => address.IsDefaultPort ? $"{address.Scheme}://{address.IdnHost}" : $"{address.Scheme}://{address.IdnHost}:{address.Port}";
}

/// <summary>The answer of <c>GET /auth</c>.</summary>
/// <param name="Mode">AUTH_MODE.</param>
/// <param name="Provider">Null: nobody is sent elsewhere to sign in.</param>
internal sealed record SignInAnswer(string Mode, SignInProvider? Provider);

/// <summary>Where people sign in, by OpenID Connect's authorization code with PKCE.</summary>
/// <param name="Issuer">Its name, as tokens have it.</param>
/// <param name="ClientId">AUTH_JWT_CLIENT_ID.</param>
/// <param name="Scope">AUTH_JWT_SCOPES.</param>
/// <param name="Audience">AUTH_JWT_AUDIENCE, for issuers that want to be told whom a token is for.</param>
/// <param name="IsReachable">False: the gateway cannot ask the issuer at present.</param>
/// <param name="Endpoints">Null: it is not reachable, or people cannot sign in there.</param>
internal sealed record SignInProvider(string Issuer, string ClientId, string Scope, string Audience, bool IsReachable, IssuerEndpoints? Endpoints);
