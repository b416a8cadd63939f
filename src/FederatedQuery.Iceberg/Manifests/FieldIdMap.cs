using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>
/// Values by field id, as metrics are kept: two arrays in order of the id. A manifest of a wide table holds five of these per file, and a
/// dictionary takes five times the memory. Immutable.
/// </summary>
public sealed class FieldIdMap<TValue> : IReadOnlyDictionary<int, TValue>
{
    private readonly int[] _ids;
    private readonly TValue[] _values;

    private FieldIdMap(int[] ids, TValue[] values)
    {
        _ids = ids;
        _values = values;
    }

    public static FieldIdMap<TValue> Empty { get; } = new([], []);

    public int Count => _ids.Length;

    public IEnumerable<int> Keys => _ids;

    public IEnumerable<TValue> Values => _values;

    /// <exception cref="KeyNotFoundException">There is no value for the field.</exception>
    public TValue this[int fieldId] => TryGetValue(fieldId, out var value)
        ? value
        : throw new KeyNotFoundException($"There is no value for field {fieldId}.");

    /// <summary>Of entries with the same id the last one counts.</summary>
    public static FieldIdMap<TValue> Create(IEnumerable<KeyValuePair<int, TValue>> entries)
    {
        var sorted = new SortedDictionary<int, TValue>();
        foreach (var (id, value) in entries)
        {
            sorted[id] = value;
        }

        return sorted.Count == 0 ? Empty : new FieldIdMap<TValue>([.. sorted.Keys], [.. sorted.Values]);
    }

    public bool ContainsKey(int key) => Array.BinarySearch(_ids, key) >= 0;

    public bool TryGetValue(int key, [MaybeNullWhen(false)] out TValue value)
    {
        var index = Array.BinarySearch(_ids, key);
        value = index >= 0 ? _values[index] : default;
        return index >= 0;
    }

    public IEnumerator<KeyValuePair<int, TValue>> GetEnumerator()
    {
        for (var i = 0; i < _ids.Length; i++)
        {
            yield return new(_ids[i], _values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes arrays that the caller gives away; sorts them when they are not in order.</summary>
    internal static FieldIdMap<TValue> Adopt(int[] ids, TValue[] values)
    {
        for (var i = 1; i < ids.Length; i++)
        {
            if (ids[i] <= ids[i - 1])
            {
                return Create(ids.Zip(values, KeyValuePair.Create));
            }
        }

        return ids.Length == 0 ? Empty : new FieldIdMap<TValue>(ids, values);
    }
}
