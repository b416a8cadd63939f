using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Access.SignIn;

/// <summary><c>GET /auth</c>: how people sign in, for the gateway's pages. It names no secret, and whoever is to sign in has no key yet.</summary>
internal static class SignInEndpoint
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/auth", async (SignInWays ways, HttpContext context) =>
    {
        if (TenantRefusal.OfSignIn(context) is { } problem)
        {
            throw new ProblemException(problem);
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await ways.ReadAsync(context.RequestAborted));
    }).WithProblems().ExcludeFromDescription().ForAnyone();
}
