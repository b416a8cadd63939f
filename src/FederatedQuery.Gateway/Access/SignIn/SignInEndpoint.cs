using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Access.SignIn;

/// <summary>
/// For the gateway's pages: <c>GET /auth</c>, how people sign in, which names no secret, for whoever is to sign in has no key yet; and <c>GET /auth/me</c>, who it is that the request's key or
/// token is of.
/// </summary>
internal static class SignInEndpoint
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/auth", async (SignInWays ways, HttpContext context) =>
        {
            if (TenantRefusal.OfSignIn(context) is { } problem)
            {
                throw new ProblemException(problem);
            }

            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(await ways.ReadAsync(context.RequestAborted));
        }).WithProblems().ExcludeFromDescription().ForAnyone();
        endpoints.MapGet("/auth/me", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(MeAnswer.Of(context.Caller()));
        }).WithProblems().ExcludeFromDescription().ForKnown();
    }
}

/// <summary>The answer of <c>GET /auth/me</c>.</summary>
/// <param name="Id">The id of a key, or the subject of a token; <c>anonymous</c> where nobody is asked.</param>
/// <param name="Tenant">Null: of none.</param>
/// <param name="Roles">What may be asked for.</param>
internal sealed record MeAnswer(string Id, string? Tenant, IEnumerable<string> Roles)
{
    public static MeAnswer Of(Caller caller) => new(caller.Id, caller.Tenant, RoleNames.Of(caller.Roles));
}
