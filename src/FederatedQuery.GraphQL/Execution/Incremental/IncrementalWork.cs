namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>What one execution, of the operation or of a part of it, has left for later.</summary>
internal sealed class IncrementalWork
{
    /// <summary>Each after the one it is nested in.</summary>
    public List<DeliveryGroup> Groups { get; } = [];

    public List<ExecutionGroup> Tasks { get; } = [];

    public List<ItemStream> Streams { get; } = [];

    public bool IsEmpty => Tasks.Count == 0 && Streams.Count == 0;

    /// <summary>Drops what lies below a place that has become null. To be called when nothing runs any more.</summary>
    public async ValueTask RemoveDeadAsync()
    {
        Tasks.RemoveAll(task => task.Boundary is { IsDead: true });
        foreach (var stream in Streams.Where(stream => stream.Boundary is { IsDead: true }).ToArray())
        {
            Streams.Remove(stream);
            await stream.StopAsync();
        }
    }
}
