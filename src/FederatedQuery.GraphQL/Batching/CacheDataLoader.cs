namespace FederatedQuery.GraphQL.Batching;

/// <summary>For sources that take one key at a time: no key is fetched twice in an operation, and different keys are fetched side by side.</summary>
public abstract class CacheDataLoader<TKey, TValue>(IBatchScheduler batchScheduler, DataLoaderOptions? options = null)
    : DataLoaderBase<TKey, TValue>(batchScheduler, (options ?? new DataLoaderOptions()) with { MaxBatchSize = 1 })
    where TKey : notnull
{
    /// <summary>The key's value, or null. An exception fails this key alone.</summary>
    protected abstract Task<TValue?> LoadSingleAsync(TKey key, CancellationToken cancellationToken);

    protected sealed override async Task FetchAsync(
        IReadOnlyList<TKey> keys, Memory<Result<TValue?>> results, CancellationToken cancellationToken)
    {
        var value = await LoadSingleAsync(keys[0], cancellationToken);
        results.Span[0] = Result<TValue?>.Resolve(value);
    }
}
