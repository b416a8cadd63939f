namespace FederatedQuery.GraphQL.Batching;

/// <summary>See <see cref="BatchDataLoader{TKey, TValue}"/>.</summary>
public delegate Task<IReadOnlyDictionary<TKey, TValue>> FetchBatch<TKey, TValue>(IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    where TKey : notnull;

/// <summary>See <see cref="GroupedDataLoader{TKey, TValue}"/>.</summary>
public delegate Task<ILookup<TKey, TValue>> FetchGroup<TKey, TValue>(IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    where TKey : notnull;

/// <summary>See <see cref="CacheDataLoader{TKey, TValue}"/>.</summary>
public delegate Task<TValue?> FetchCache<TKey, TValue>(TKey key, CancellationToken cancellationToken)
    where TKey : notnull;
