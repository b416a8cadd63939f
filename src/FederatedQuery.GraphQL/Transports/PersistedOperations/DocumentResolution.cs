using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>The document that a request means, or why there is none.</summary>
/// <param name="Document">UTF-8; empty when <paramref name="Error"/> is not null.</param>
/// <param name="Error">The only error of the response.</param>
internal readonly record struct DocumentResolution(ReadOnlyMemory<byte> Document, GraphQLError? Error)
{
    public static implicit operator DocumentResolution(GraphQLError error) => new(default, error);
}
