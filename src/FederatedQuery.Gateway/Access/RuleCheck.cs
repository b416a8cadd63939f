using FederatedQuery.GraphQL.Transports;

namespace FederatedQuery.Gateway.Access;

/// <summary>Keeps a gateway from starting that has a field or an endpoint of which nobody has said who may have it.</summary>
internal static class RuleCheck
{
    /// <exception cref="InvalidOperationException">Naming them.</exception>
    public static void Require(WebApplication app)
    {
        string[] unruled = [.. EndpointAccessExtensions.Unruled(app), .. FieldRules.Unruled(app.Services.GetRequiredService<GraphQLServer>().Build())];
        if (unruled.Length > 0)
        {
            throw new InvalidOperationException($"Nobody has said who may have {string.Join(", ", unruled)}: fields need [Authorize], endpoints ForAnyone, ForKnown or ForRole.");
        }
    }
}
