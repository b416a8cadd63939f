namespace FederatedQuery.GraphQL.Batching;

/// <summary>Decides when batches are fetched. Safe for concurrent use.</summary>
public interface IBatchScheduler
{
    /// <summary>Given to the fetches.</summary>
    CancellationToken CancellationToken { get; }

    /// <summary>A batch got its first key. <see cref="Batch.DispatchAsync"/> is to be called once, at any time from now on: later is fuller.</summary>
    void Schedule(Batch batch);
}
