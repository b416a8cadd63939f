namespace FederatedQuery.GraphQL.Execution;

/// <summary>Several payloads over time: the response stream of a subscription (spec section 6.2.3.2), or an operation delivered incrementally.</summary>
public sealed class ResponseStream(ResponseStreamKind kind, IAsyncEnumerable<IResponsePayload> results) : ExecutionResult
{
    public ResponseStreamKind Kind { get; } = kind;

    /// <summary>
    /// To be read once; each payload is the reader's to dispose of. Ends with the source; when that fails, reading throws a
    /// <see cref="Language.GraphQLException"/> with the errors that clients may see.
    /// </summary>
    public IAsyncEnumerable<IResponsePayload> Results { get; } = results;
}
