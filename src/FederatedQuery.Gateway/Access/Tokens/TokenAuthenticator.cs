using FederatedQuery.Gateway.Access.Keys;

namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>AUTH_MODE=jwt. Keys are taken too, for shippers, which cannot get tokens.</summary>
internal sealed class TokenAuthenticator(TokenReader tokens, IssuerKeys issuer, KeyAuthenticator keys) : IAuthenticator
{
    public bool NeedsCredential => true;

    public async ValueTask<Authentication> AuthenticateAsync(string? credential, CancellationToken cancellationToken)
    {
        if (credential is null || KeyText.IsKey(credential))
        {
            return await keys.AuthenticateAsync(credential, cancellationToken);
        }

        try
        {
            var token = TokenReader.Parse(credential);
            return Authentication.Of(tokens.Verify(token, await issuer.FindAsync(token.IsSignedWith, cancellationToken)));
        }
        catch (BadTokenException bad)
        {
            return Authentication.Failed(Refusals.BadCredential(bad.Message));
        }
        catch (IssuerUnavailableException unavailable)
        {
            return Authentication.Failed(Refusals.Unavailable(unavailable.Message));
        }
    }
}
