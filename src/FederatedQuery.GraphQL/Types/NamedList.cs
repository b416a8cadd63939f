using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Things in the order of their definition, found by name.</summary>
public sealed class NamedList<T> : IReadOnlyCollection<T>
    where T : class
{
    private readonly FrozenDictionary<string, T> _byName;

    /// <exception cref="SchemaException">Two things have one name.</exception>
    internal NamedList(IEnumerable<T> items, Func<T, string> nameOf, string owner)
    {
        Items = [.. items];
        var duplicate = Items.GroupBy(nameOf, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (duplicate is not null)
        {
            throw new SchemaException([$"{owner} has '{duplicate.Key}' twice."]);
        }

        _byName = Items.ToFrozenDictionary(nameOf, StringComparer.Ordinal);
    }

    public ImmutableArray<T> Items { get; }

    public int Count => Items.Length;

    public IEnumerable<string> Names => _byName.Keys;

    public bool TryGet(string name, [MaybeNullWhen(false)] out T item) => _byName.TryGetValue(name, out item);

    public bool Contains(string name) => _byName.ContainsKey(name);

    public ImmutableArray<T>.Enumerator GetEnumerator() => Items.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Items).GetEnumerator();
}
