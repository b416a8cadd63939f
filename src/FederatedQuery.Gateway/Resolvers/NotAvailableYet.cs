using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The answer of a field that the contract has and this version does not do.</summary>
internal static class NotAvailableYet
{
    public const string Code = "NOT_AVAILABLE_YET";

    public static GraphQLException Error(string field, string purpose, string instead) =>
        new($"`{field}` is not available in this version. It will {purpose}. Until then, {instead}.", Code);
}
