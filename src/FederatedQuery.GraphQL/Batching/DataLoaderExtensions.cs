namespace FederatedQuery.GraphQL.Batching;

public static class DataLoaderExtensions
{
    /// <summary>The key's value; a key without one is an error.</summary>
    /// <exception cref="KeyNotFoundException">There is no value.</exception>
    public static async Task<TValue> LoadRequiredAsync<TKey, TValue>(
        this IDataLoader<TKey, TValue> dataLoader, TKey key, CancellationToken cancellationToken = default)
        where TKey : notnull =>
        await dataLoader.LoadAsync(key, cancellationToken) ?? throw Missing(NameOf(dataLoader), key);

    /// <summary>The values in the order of the keys; a key without one is an error.</summary>
    /// <exception cref="KeyNotFoundException">A key has no value.</exception>
    public static async Task<IReadOnlyList<TValue>> LoadRequiredAsync<TKey, TValue>(
        this IDataLoader<TKey, TValue> dataLoader, IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default)
        where TKey : notnull
    {
        var values = await dataLoader.LoadAsync(keys, cancellationToken);
        return [.. keys.Zip(values, (key, value) => value ?? throw Missing(NameOf(dataLoader), key))];
    }

    /// <inheritdoc cref="IDataLoader{TKey, TValue}.SetCacheEntry"/>
    public static void SetCacheEntry<TKey, TValue>(this IDataLoader<TKey, TValue> dataLoader, TKey key, TValue? value)
        where TKey : notnull => dataLoader.SetCacheEntry(key, Task.FromResult(value));

    internal static KeyNotFoundException Missing(string dataLoader, object key) => new($"{dataLoader} found no value for the key '{key}'.");

    private static string NameOf<TKey, TValue>(IDataLoader<TKey, TValue> dataLoader)
        where TKey : notnull => dataLoader is DataLoaderBase<TKey, TValue> known ? known.Name : dataLoader.GetType().Name;
}
