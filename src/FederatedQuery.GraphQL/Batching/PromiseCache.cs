using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Batching;

/// <summary>Values by key, those being fetched included. When full the oldest goes. Not safe for concurrent use.</summary>
internal sealed class PromiseCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Task<TValue?>> _values = [];

    /// <summary>May hold keys that were removed, at most as many again as the cache holds.</summary>
    private readonly Queue<(TKey Key, Task<TValue?> Value)> _order = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out Task<TValue?> value) => _values.TryGetValue(key, out value);

    /// <summary>Adds a key that is not there.</summary>
    public void Add(TKey key, Task<TValue?> value)
    {
        if (capacity == 0)
        {
            return;
        }

        _values.Add(key, value);
        _order.Enqueue((key, value));
        while (_values.Count > capacity || _order.Count > 2 * (long)capacity)
        {
            var oldest = _order.Dequeue();
            if (_values.TryGetValue(oldest.Key, out var current) && ReferenceEquals(current, oldest.Value))
            {
                _values.Remove(oldest.Key);
            }
        }
    }

    public void Remove(TKey key) => _values.Remove(key);

    public void Clear()
    {
        _values.Clear();
        _order.Clear();
    }
}
