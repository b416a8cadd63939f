namespace FederatedQuery.GraphQL.Execution;

/// <summary>What came of a request: an <see cref="OperationResult"/> or, for a subscription or <c>@defer</c> and <c>@stream</c>, a <see cref="ResponseStream"/>.</summary>
public abstract class ExecutionResult;
