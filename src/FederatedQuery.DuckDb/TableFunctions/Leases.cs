namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>What statements may name by id as the argument of a table function. Thread-safe.</summary>
public sealed class Leases<T>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, T> _values = [];

    /// <summary>Ids of leases that have ended. The least is given first: what is known of a statement's text is known of the next one like it.</summary>
    private readonly SortedSet<long> _free = [];
    private long _lastId;

    /// <summary>Makes a value known until the lease is disposed of.</summary>
    public Lease<T> Add(T value)
    {
        lock (_gate)
        {
            var id = _free.Count > 0 ? _free.Min : ++_lastId;
            _free.Remove(id);
            _values.Add(id, value);
            return new Lease<T>(this, id);
        }
    }

    /// <returns>False: no value has that id (any more).</returns>
    public bool TryGet(long id, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        lock (_gate)
        {
            return _values.TryGetValue(id, out value);
        }
    }

    internal void Remove(long id)
    {
        lock (_gate)
        {
            if (_values.Remove(id))
            {
                _free.Add(id);
            }
        }
    }
}

/// <summary>A value's time among <see cref="Leases{T}"/>.</summary>
public sealed class Lease<T> : IDisposable
{
    private Leases<T>? _owner;

    internal Lease(Leases<T> owner, long id) => (_owner, Id) = (owner, id);

    public long Id { get; }

    /// <summary>Once: the id may be another value's by the second time.</summary>
    public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Remove(Id);
}
