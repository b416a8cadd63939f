using System.Diagnostics;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

internal static class OperationTypeExtensions
{
    public static string ToKeyword(this OperationType operation) => operation switch
    {
        OperationType.Query => "query",
        OperationType.Mutation => "mutation",
        OperationType.Subscription => "subscription",
        _ => throw new UnreachableException($"Operation type {operation}."),
    };
}
