namespace FederatedQuery.GraphQL.Batching;

/// <summary>What all data loaders have in common: resolver parameters of such types are given by the executor.</summary>
public interface IDataLoader
{
    /// <summary>Forgets all values; loads under way still answer those who wait for them.</summary>
    void ClearCache();
}

/// <summary>
/// Fetches values by key, many keys at once: keys asked for while other fields are still being executed go to one fetch, and no key is
/// fetched twice. One instance serves one operation (one event of a subscription). Safe for concurrent use.
/// </summary>
/// <remarks>
/// Never block on a load (<c>.Result</c>): the fetch begins when nothing runs any more, which a blocked resolver prevents until the operation
/// is cancelled.
/// </remarks>
public interface IDataLoader<TKey, TValue> : IDataLoader
    where TKey : notnull
{
    /// <summary>
    /// The key's value, or null when the source has none. Fails with the exception of the fetch, or of this key alone.
    /// <paramref name="cancellationToken"/> gives up waiting; the fetch goes on for the others.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no value, and <typeparamref name="TValue"/> is a value type without null.</exception>
    Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>The values in the order of the keys, null for those without. Fails when one key does.</summary>
    Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Puts a value there that came from elsewhere, so that it is not fetched. Does nothing when the key is known already.</summary>
    void SetCacheEntry(TKey key, Task<TValue?> value);

    /// <summary>Makes the next load of the key fetch it again, such as after a mutation.</summary>
    void RemoveCacheEntry(TKey key);
}
