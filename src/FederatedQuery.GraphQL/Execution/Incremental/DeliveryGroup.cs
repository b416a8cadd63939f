namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>
/// A deferred fragment at one place of the response (incremental delivery, "Deferred Fragment"): the client is told when all its fields have
/// arrived. The state below is <see cref="WorkGraph"/>'s.
/// </summary>
internal sealed class DeliveryGroup(PathNode? path, string? label, DeliveryGroup? parent) : IPendingWork
{
    public PathNode? Path { get; } = path;

    public string? Label { get; } = label;

    /// <summary>The fragment around this one: nothing is said of this one before that one is complete.</summary>
    public DeliveryGroup? Parent { get; } = parent;

    public string? Id { get; set; }

    /// <summary>Whether the graph has it.</summary>
    public bool IsTracked { get; set; }

    public List<DeliveryGroup> Children { get; } = [];

    public List<ExecutionGroup> Tasks { get; } = [];

    /// <summary>Tasks that have not ended.</summary>
    public int Unfinished { get; set; }
}
