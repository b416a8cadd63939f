using FederatedQuery.GraphQL.Batching;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// Data loaders without a class of their own. All fields that give the same name, or none but the same method or lambda, share one; its
/// fetch is that of the first of them, so a lambda must not depend on variables that differ between fields.
/// </summary>
public static class DataLoaderResolverContextExtensions
{
    /// <inheritdoc cref="BatchDataLoader{TKey, TValue}"/>
    public static IDataLoader<TKey, TValue> BatchDataLoader<TKey, TValue>(
        this IResolverContext context, FetchBatch<TKey, TValue> fetch, string? name = null)
        where TKey : notnull => context.GetOrAddDataLoader(
            KeyOf(fetch, name), (scheduler, options) => new AdHocBatchDataLoader<TKey, TValue>(NameOf(fetch, name), fetch, scheduler, options));

    /// <inheritdoc cref="GroupedDataLoader{TKey, TValue}"/>
    public static IDataLoader<TKey, TValue[]> GroupDataLoader<TKey, TValue>(
        this IResolverContext context, FetchGroup<TKey, TValue> fetch, string? name = null)
        where TKey : notnull => context.GetOrAddDataLoader(
            KeyOf(fetch, name), (scheduler, options) => new AdHocGroupedDataLoader<TKey, TValue>(NameOf(fetch, name), fetch, scheduler, options));

    /// <inheritdoc cref="CacheDataLoader{TKey, TValue}"/>
    public static IDataLoader<TKey, TValue> CacheDataLoader<TKey, TValue>(
        this IResolverContext context, FetchCache<TKey, TValue> fetch, string? name = null)
        where TKey : notnull => context.GetOrAddDataLoader(
            KeyOf(fetch, name), (scheduler, options) => new AdHocCacheDataLoader<TKey, TValue>(NameOf(fetch, name), fetch, scheduler, options));

    private static object KeyOf(Delegate fetch, string? name) => name is null ? fetch.Method : name;

    private static string NameOf(Delegate fetch, string? name) => name ?? $"{fetch.Method.DeclaringType?.Name}.{fetch.Method.Name}";
}
