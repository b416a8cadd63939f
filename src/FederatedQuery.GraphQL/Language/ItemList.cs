using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FederatedQuery.GraphQL.Language;

/// <summary>Gathers the items of a list; the first few need no memory of their own. A value: pass it by reference or not at all.</summary>
internal struct ItemList<T>
{
    private FirstItems _first;
    private T[]? _all;
    private int _count;

    public void Add(T item)
    {
        if (_all is null)
        {
            if (_count < FirstItems.Length)
            {
                _first[_count++] = item;
                return;
            }

            _all = new T[FirstItems.Length * 3];
            ((ReadOnlySpan<T>)_first).CopyTo(_all);
        }
        else if (_count == _all.Length)
        {
            Array.Resize(ref _all, _count * 2);
        }

        _all[_count++] = item;
    }

    public readonly ImmutableArray<T> ToImmutable()
    {
        if (_all is not null)
        {
            return ImmutableCollectionsMarshal.AsImmutableArray(_all.Length == _count ? _all : _all.AsSpan(0, _count).ToArray());
        }

        return _count == 0 ? [] : ImmutableCollectionsMarshal.AsImmutableArray(((ReadOnlySpan<T>)_first)[.._count].ToArray());
    }

    [InlineArray(Length)]
    private struct FirstItems
    {
        public const int Length = 8;

        private T _item;
    }
}
