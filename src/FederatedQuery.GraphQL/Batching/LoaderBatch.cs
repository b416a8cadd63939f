using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Batching;

/// <summary>
/// The keys of one fetch and those who wait for them. Waiting fields go on inline, one after the other, while the batch completes: so all
/// keys that they ask for next are in one batch again.
/// </summary>
internal sealed class LoaderBatch<TKey, TValue>(DataLoaderBase<TKey, TValue> loader) : Batch
    where TKey : notnull
{
    /// <summary>There is no null that could stand for "not found".</summary>
    private static readonly bool NeedsValue = default(TValue) is not null;

    private readonly List<TKey> _keys = [];
    private readonly List<TaskCompletionSource<TValue?>> _loads = [];
    private readonly Dictionary<TKey, int> _places = [];

    public override string DataLoaderName => loader.Name;

    public override int Size => _keys.Count;

    /// <summary>Under the loader's lock, before the batch is closed.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out Task<TValue?>? load)
    {
        load = _places.TryGetValue(key, out var place) ? _loads[place].Task : null;
        return load is not null;
    }

    /// <summary>As <see cref="TryGet"/>.</summary>
    public Task<TValue?> Add(TKey key)
    {
        var load = new TaskCompletionSource<TValue?>();
        _places.Add(key, _keys.Count);
        _keys.Add(key);
        _loads.Add(load);
        return load.Task;
    }

    public override async Task DispatchAsync(CancellationToken cancellationToken)
    {
        loader.Close(this);
        var results = new Result<TValue?>[_keys.Count];
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await loader.RunFetchAsync(_keys, results, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Cancel(cancellationToken);
            return;
        }
        catch (Exception exception)
        {
            Failure = exception;
            foreach (var load in _loads)
            {
                Fail(load, exception);
            }

            return;
        }

        for (var i = 0; i < results.Length; i++)
        {
            Complete(i, results[i]);
        }
    }

    public override void Cancel(CancellationToken cancellationToken)
    {
        loader.Close(this);
        foreach (var load in _loads)
        {
            load.TrySetCanceled(cancellationToken);
        }
    }

    private void Complete(int place, Result<TValue?> result)
    {
        if (result.Error is { } error)
        {
            Fail(_loads[place], error);
        }
        else if (!result.IsDefined && NeedsValue)
        {
            Fail(_loads[place], DataLoaderExtensions.Missing(loader.Name, _keys[place]));
        }
        else
        {
            _loads[place].TrySetResult(result.Value);
        }
    }

    private static void Fail(TaskCompletionSource<TValue?> load, Exception exception)
    {
        load.TrySetException(exception);

        // Counts as seen: nobody may be left to wait for this key.
        _ = load.Task.Exception;
    }
}
