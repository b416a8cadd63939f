namespace FederatedQuery.GraphQL.Execution;

/// <summary>What the payloads of a <see cref="ResponseStream"/> are.</summary>
public enum ResponseStreamKind
{
    /// <summary>Each payload is the result of one event.</summary>
    Subscription,

    /// <summary>The first payload holds the initial result of <c>@defer</c> and <c>@stream</c>, the others what is to be added to it.</summary>
    Incremental,
}
