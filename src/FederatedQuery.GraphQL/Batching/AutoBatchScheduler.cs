namespace FederatedQuery.GraphQL.Batching;

/// <summary>For data loaders outside of an operation, such as in tests: fetches as soon as the thread pool gets to it.</summary>
public sealed class AutoBatchScheduler : IBatchScheduler
{
    public static AutoBatchScheduler Default { get; } = new();

    public CancellationToken CancellationToken => CancellationToken.None;

    public void Schedule(Batch batch) =>
        ThreadPool.UnsafeQueueUserWorkItem(static batch => _ = batch.DispatchAsync(CancellationToken.None), batch, preferLocal: false);
}
