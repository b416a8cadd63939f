using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Access;

/// <summary>Who holds a key or token: by AUTH_MODE.</summary>
internal interface IAuthenticator
{
    /// <summary>False: requests are taken without.</summary>
    bool NeedsCredential { get; }

    /// <param name="credential">A key or token; null where none is needed and none was given.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    ValueTask<Authentication> AuthenticateAsync(string? credential, CancellationToken cancellationToken);
}

/// <summary>Either who asks, or why that is not known.</summary>
internal readonly record struct Authentication
{
    public Caller? Caller { get; private init; }

    public Problem? Problem { get; private init; }

    public static Authentication Of(Caller caller) => new() { Caller = caller };

    public static Authentication Failed(Problem problem) => new() { Problem = problem };
}

/// <summary>AUTH_MODE=none: everybody is anyone, whatever he sends.</summary>
internal sealed class AnonymousAuthenticator : IAuthenticator
{
    private static readonly Authentication Anyone = Authentication.Of(Caller.Anonymous);

    public bool NeedsCredential => false;

    public ValueTask<Authentication> AuthenticateAsync(string? credential, CancellationToken cancellationToken) => ValueTask.FromResult(Anyone);
}
