using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.Iceberg.Caching;

/// <summary>
/// Immutable values by key, up to a total size; the least recently used go first. Concurrent callers for one key share one load. A load goes on
/// when its first caller gives up, as long as another waits, and ends after the load timeout at the latest. Failed loads are not kept.
/// </summary>
public sealed class SizeBoundedCache<TValue>(long maxBytes, Func<TValue, long> sizeOf, TimeSpan loadTimeout)
    where TValue : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Item>> _items = new(StringComparer.Ordinal);
    private readonly LinkedList<Item> _byUse = new();
    private readonly Dictionary<string, Load> _loads = new(StringComparer.Ordinal);
    private long _bytes;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _items.Count;
            }
        }
    }

    public async Task<TValue> GetAsync(string key, Func<CancellationToken, Task<TValue>> load, CancellationToken cancellationToken)
    {
        Load current;
        lock (_lock)
        {
            if (_items.TryGetValue(key, out var found))
            {
                _byUse.Remove(found);
                _byUse.AddFirst(found);
                return found.Value.Value;
            }

            if (!_loads.TryGetValue(key, out current!))
            {
                current = new Load(loadTimeout);
                current.Task = RunAsync(key, load, current);
                _loads.Add(key, current);
            }

            current.Waiters++;
        }

        try
        {
            return await current.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, current);
        }
    }

    /// <summary>A value that is at hand.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_lock)
        {
            value = _items.TryGetValue(key, out var found) ? found.Value.Value : null;
            if (found is not null)
            {
                _byUse.Remove(found);
                _byUse.AddFirst(found);
            }

            return value is not null;
        }
    }

    /// <summary>Puts in a value that the caller has at hand, such as one it has just written.</summary>
    public void Add(string key, TValue value)
    {
        lock (_lock)
        {
            Store(key, value);
        }
    }

    /// <summary>Forgets a value, if it is there; a load under way goes on.</summary>
    public void Remove(string key)
    {
        lock (_lock)
        {
            if (_items.Remove(key, out var old))
            {
                _byUse.Remove(old);
                _bytes -= old.Value.Size;
            }
        }
    }

    private async Task<TValue> RunAsync(string key, Func<CancellationToken, Task<TValue>> load, Load current)
    {
        // Leaves the caller's lock before anything slow begins.
        await Task.Yield();
        try
        {
            var value = await load(current.Cancellation.Token);
            lock (_lock)
            {
                Store(key, value);
            }

            return value;
        }
        finally
        {
            lock (_lock)
            {
                Forget(key, current);
                current.IsDone = true;
                current.Cancellation.Dispose();
            }
        }
    }

    private void Leave(string key, Load current)
    {
        lock (_lock)
        {
            if (--current.Waiters == 0 && !current.IsDone)
            {
                // Nobody waits any more; who comes now starts anew. Callbacks of the token run elsewhere, not under the lock.
                Forget(key, current);
                _ = current.Cancellation.CancelAsync();
            }
        }
    }

    private void Forget(string key, Load current)
    {
        if (_loads.TryGetValue(key, out var listed) && listed == current)
        {
            _loads.Remove(key);
        }
    }

    private void Store(string key, TValue value)
    {
        var size = sizeOf(value);
        if (_items.Remove(key, out var old))
        {
            _byUse.Remove(old);
            _bytes -= old.Value.Size;
        }

        if (size > maxBytes)
        {
            return;
        }

        _items.Add(key, _byUse.AddFirst(new Item(key, value, size)));
        _bytes += size;
        while (_bytes > maxBytes)
        {
            var last = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _items.Remove(last.Key);
            _bytes -= last.Size;
        }
    }

    private sealed record Item(string Key, TValue Value, long Size);

    private sealed class Load(TimeSpan timeout)
    {
        public CancellationTokenSource Cancellation { get; } = new(timeout);

        public Task<TValue> Task { get; set; } = null!; // set right after construction, under the lock

        public int Waiters { get; set; }

        public bool IsDone { get; set; }
    }
}
