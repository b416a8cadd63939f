using System.Buffers;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>A stack on rented memory for what is pushed at every value: nothing is checked twice, and nothing cleared before the end. Not to be copied.</summary>
internal struct ScratchStack<T> : IDisposable
{
    private const int Smallest = 16;

    private T[]? _items;

    public int Count { get; private set; }

    public readonly ref T this[int index] => ref _items![index];

    public void Add(T item)
    {
        if (_items is null || Count == _items.Length)
        {
            Grow();
        }

        _items![Count++] = item;
    }

    public void RemoveLast() => Count--;

    /// <summary>Cuts it back to that many.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Gives the memory back; the stack may be used again.</summary>
    public void Dispose()
    {
        if (_items is { } items)
        {
            (_items, Count) = (null, 0);
            ArrayPool<T>.Shared.Return(items, clearArray: true);
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(Smallest, Count * 2));
        if (_items is { } items)
        {
            items.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<T>.Shared.Return(items, clearArray: true);
        }

        _items = larger;
    }
}
