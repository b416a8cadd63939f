using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>A feature of a request that is for no tenant: whoever gets it refuses it with this, in the format of the endpoint that was asked. What is open to anyone, and the same of all tenants, is answered.</summary>
/// <param name="IsSignInCommon">People of all tenants sign in in one way.</param>
internal sealed record TenantRefusal(Problem Problem, bool IsSignInCommon)
{
    /// <summary>Why nobody can be told how to sign in; null: he can.</summary>
    public static Problem? OfSignIn(HttpContext context) => context.Features.Get<TenantRefusal>() is { IsSignInCommon: false } refusal ? refusal.Problem : null;
}
