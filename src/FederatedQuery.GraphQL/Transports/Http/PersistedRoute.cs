namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>What the address of a persisted operation says (<see cref="GraphQLEndpointRouteBuilderExtensions.MapGraphQLPersistedOperations"/>).</summary>
internal sealed record PersistedRoute(string DocumentId, string? OperationName)
{
    public const string DocumentIdName = "documentId";
    public const string OperationNameName = "operationName";
}
