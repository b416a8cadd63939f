using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.Gateway.Access;

/// <summary>What is said to those who are not let in.</summary>
internal static class Refusals
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    public static Problem Missing { get; } = new(
        StatusCodes.Status401Unauthorized,
        ErrorCodes.Unauthenticated,
        "The request comes without a key or token: send 'Authorization: Bearer ...' (shippers: Basic with the key as password, or ApiKey).");

    public static Problem BadCredential(string detail) => new(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthenticated, detail);

    public static Problem Unavailable(string detail) => new(StatusCodes.Status503ServiceUnavailable, "AUTHENTICATION_UNAVAILABLE", detail) { RetryAfter = Retry };

    public static Problem Forbidden(string detail) => new(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, detail);

    public static Problem NeedsRole(Caller caller, Roles role, string what) =>
        Forbidden($"{what} needs the role {string.Join(" or ", RoleNames.Of(role))}; '{caller.Id}' has {RoleNames.Text(caller.Roles)}.");
}
