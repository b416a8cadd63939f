namespace FederatedQuery.Gateway.Access.Keys;

/// <summary>AUTH_MODE=apikey.</summary>
internal sealed class KeyAuthenticator(KeyRing keys) : IAuthenticator
{
    public bool NeedsCredential => true;

    public async ValueTask<Authentication> AuthenticateAsync(string? credential, CancellationToken cancellationToken)
    {
        try
        {
            return credential is null ? Authentication.Failed(Refusals.Missing)
                : await keys.FindAsync(credential, cancellationToken) is { } caller ? Authentication.Of(caller)
                : Authentication.Failed(Refusals.BadCredential("The key is not known, or has been revoked or has expired."));
        }
        catch (KeysUnavailableException unavailable)
        {
            return Authentication.Failed(Refusals.Unavailable(unavailable.Message));
        }
    }
}
