namespace FederatedQuery.GraphQL.Batching;

internal sealed class AdHocBatchDataLoader<TKey, TValue>(string name, FetchBatch<TKey, TValue> fetch, IBatchScheduler scheduler, DataLoaderOptions options)
    : BatchDataLoader<TKey, TValue>(scheduler, options)
    where TKey : notnull
{
    public override string Name => name;

    protected override Task<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken) =>
        fetch(keys, cancellationToken);
}

internal sealed class AdHocGroupedDataLoader<TKey, TValue>(string name, FetchGroup<TKey, TValue> fetch, IBatchScheduler scheduler, DataLoaderOptions options)
    : GroupedDataLoader<TKey, TValue>(scheduler, options)
    where TKey : notnull
{
    public override string Name => name;

    protected override Task<ILookup<TKey, TValue>> LoadGroupedBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken) =>
        fetch(keys, cancellationToken);
}

internal sealed class AdHocCacheDataLoader<TKey, TValue>(string name, FetchCache<TKey, TValue> fetch, IBatchScheduler scheduler, DataLoaderOptions options)
    : CacheDataLoader<TKey, TValue>(scheduler, options)
    where TKey : notnull
{
    public override string Name => name;

    protected override Task<TValue?> LoadSingleAsync(TKey key, CancellationToken cancellationToken) => fetch(key, cancellationToken);
}
