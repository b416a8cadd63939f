using FederatedQuery.GraphQL.Execution.Planning;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>
/// Deferred fields of one object that are executed together, for one or several fragments that all wait for them (incremental delivery,
/// "Execution Group"). The state below is <see cref="WorkGraph"/>'s.
/// </summary>
internal sealed class ExecutionGroup(
    OperationExecution execution, DeliveryGroup[] groups, SelectionPlan selection, object? source, PathNode? path, NullBoundary? boundary)
{
    public DeliveryGroup[] Groups { get; } = groups;

    public PathNode? Path { get; } = path;

    /// <summary>What must not have become null above the object.</summary>
    public NullBoundary? Boundary { get; } = boundary;

    public bool IsStarted { get; set; }

    /// <summary>Whether its result is still wanted.</summary>
    public bool IsTracked { get; set; }

    public PartialResult? Result { get; set; }

    /// <summary>Streams that were found in it, to begin when it has been sent.</summary>
    public List<ItemStream> Streams { get; } = [];

    public ValueTask<PartialResult> ExecuteAsync() => execution.ExecuteGroupAsync(selection, source, Path);
}
