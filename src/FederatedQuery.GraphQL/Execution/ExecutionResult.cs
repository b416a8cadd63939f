namespace FederatedQuery.GraphQL.Execution;

/// <summary>What came of a request: an <see cref="OperationResult"/> or, for a subscription, a <see cref="ResponseStream"/>.</summary>
public abstract class ExecutionResult;
