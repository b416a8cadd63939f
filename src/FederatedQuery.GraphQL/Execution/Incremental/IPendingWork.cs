namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>What the client is told to wait for: a deferred fragment or a stream.</summary>
internal interface IPendingWork
{
    PathNode? Path { get; }

    string? Label { get; }

    /// <summary>Given when the client is first told of it.</summary>
    string? Id { get; set; }
}
