namespace FederatedQuery.Gateway.Access.Keys;

/// <summary>AUTH_MODE=apikey.</summary>
internal sealed class KeyAuthenticator(KeyRing keys) : IAuthenticator
{
    /// <summary>Said of keys that nobody holds.</summary>
    public const string NotKnown = "The key is not known, or has been revoked or has expired.";

    public bool NeedsCredential => true;

    public async ValueTask<Authentication> AuthenticateAsync(string? credential, CancellationToken cancellationToken)
    {
        try
        {
            return credential is null ? Authentication.Failed(Refusals.Missing)
                : await keys.FindAsync(credential, cancellationToken) is { } caller ? Authentication.Of(caller)
                : Authentication.Failed(Refusals.BadCredential(NotKnown));
        }
        catch (KeysUnavailableException unavailable)
        {
            return Authentication.Failed(Refusals.Unavailable(unavailable.Message));
        }
    }
}
