namespace FederatedQuery.GraphQL.Batching;

/// <summary>
/// Gathers keys into batches and remembers values. Derive from it to answer key by key, errors included; else from
/// <see cref="BatchDataLoader{TKey, TValue}"/>, <see cref="GroupedDataLoader{TKey, TValue}"/> or <see cref="CacheDataLoader{TKey, TValue}"/>.
/// </summary>
public abstract class DataLoaderBase<TKey, TValue> : IDataLoader<TKey, TValue>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly IBatchScheduler _scheduler;
    private readonly int _maxBatchSize;
    private readonly PromiseCache<TKey, TValue> _cache;
    private LoaderBatch<TKey, TValue>? _open;

    protected DataLoaderBase(IBatchScheduler batchScheduler, DataLoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(batchScheduler);
        options ??= new DataLoaderOptions();
        _scheduler = batchScheduler;
        _maxBatchSize = options.MaxBatchSize;
        _cache = new PromiseCache<TKey, TValue>(options.CacheSize);
    }

    /// <summary>In errors and telemetry.</summary>
    public virtual string Name => GetType().Name;

    public Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var load = Load(key);

        // The operation's own token ends the load anyway.
        return !cancellationToken.CanBeCanceled || cancellationToken == _scheduler.CancellationToken ? load : load.WaitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<TValue?>> LoadAsync(IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return await Task.WhenAll(keys.Select(key => LoadAsync(key, cancellationToken)));
    }

    public void SetCacheEntry(TKey key, Task<TValue?> value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            if (!_cache.TryGet(key, out _))
            {
                _cache.Add(key, value);
            }
        }
    }

    public void RemoveCacheEntry(TKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            _cache.Remove(key);
        }
    }

    public void ClearCache()
    {
        lock (_lock)
        {
            _cache.Clear();
        }
    }

    /// <summary>Fetches the keys, which are distinct and in the order they were first asked for.</summary>
    /// <param name="keys">At least one.</param>
    /// <param name="results">One place per key. Those left alone count as not found; an exception thrown instead fails all keys.</param>
    protected abstract Task FetchAsync(IReadOnlyList<TKey> keys, Memory<Result<TValue?>> results, CancellationToken cancellationToken);

    internal Task RunFetchAsync(IReadOnlyList<TKey> keys, Memory<Result<TValue?>> results, CancellationToken cancellationToken) =>
        FetchAsync(keys, results, cancellationToken);

    /// <summary>No key is added from now on.</summary>
    internal void Close(LoaderBatch<TKey, TValue> batch)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_open, batch))
            {
                _open = null;
            }
        }
    }

    private Task<TValue?> Load(TKey key)
    {
        LoaderBatch<TKey, TValue> batch;
        Task<TValue?>? load;
        lock (_lock)
        {
            if (_cache.TryGet(key, out load) || _open?.TryGet(key, out load) == true)
            {
                return load!;
            }

            batch = _open is { } open && open.Size < _maxBatchSize ? open : new LoaderBatch<TKey, TValue>(this);
            load = batch.Add(key);
            _cache.Add(key, load);
            if (ReferenceEquals(batch, _open))
            {
                return load;
            }

            _open = batch;
        }

        _scheduler.Schedule(batch);
        return load;
    }
}
