namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>What a request wants to know of its cost; the figures are the response's <c>extensions.operationCost</c>.</summary>
public enum CostReporting
{
    None,

    /// <summary>The operation is executed, and its cost told.</summary>
    Report,

    /// <summary>The cost is told and nothing executed.</summary>
    Validate,
}
