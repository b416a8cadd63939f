namespace FederatedQuery.GraphQL.Execution;

/// <summary>The response stream of a subscription (spec section 6.2.3.2): one result per event, ending with the source.</summary>
public sealed class ResponseStream(IAsyncEnumerable<OperationResult> results) : ExecutionResult
{
    /// <summary>To be read once; each result is the reader's to dispose of.</summary>
    public IAsyncEnumerable<OperationResult> Results { get; } = results;
}
