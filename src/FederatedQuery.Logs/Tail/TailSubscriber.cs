namespace FederatedQuery.Logs.Tail;

/// <summary>
/// What is on its way to one subscriber: batches that are not filtered yet, and matching records that it has not read yet. Both are bounded; offering never
/// waits. Filtering is done on the thread pool, one batch after the other. Safe for one reader and any number of those who offer.
/// </summary>
internal sealed class TailSubscriber(Func<TailRecord, bool> condition, LogTailOptions options) : IThreadPoolWorkItem
{
    /// <summary>Records that are handed to the reader at a time.</summary>
    private const int MostTaken = 256;

    private readonly Lock _gate = new();
    private readonly Queue<TailBatch> _unfiltered = new();
    private readonly Queue<StoredRecord> _waiting = new();
    private long _unfilteredBytes;
    private long _waitingBytes;
    private long _missed;
    private long _filteredTo;
    private bool _isFiltering;
    private bool _isBehind;
    private Exception? _failure;
    private TaskCompletionSource? _news;

    /// <summary>Passes on a batch that follows those passed on before. Once the subscriber is behind, nothing.</summary>
    public void Offer(TailBatch batch)
    {
        lock (_gate)
        {
            if (_isBehind)
            {
                return;
            }

            if (_unfiltered.Count > 0 && _unfilteredBytes + batch.Size > options.MaximumUnfilteredBytes)
            {
                BeBehind();
                return;
            }

            _unfiltered.Enqueue(batch);
            _unfilteredBytes += batch.Size;
            if (_isFiltering)
            {
                return;
            }

            _isFiltering = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Says that batches were not passed on: what follows has to be read from the tables.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            BeBehind();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var matching = new List<TailRecord>();
        while (TakeUnfiltered() is { } batch)
        {
            try
            {
                matching.Clear();
                foreach (var record in batch.Records)
                {
                    if (condition(record))
                    {
                        matching.Add(record);
                    }
                }
            }
            catch (Exception error)
            {
                // The subscriber gets it, where it ends the subscription and is logged.
                lock (_gate)
                {
                    _failure = error;
                    _isFiltering = false;
                    BeBehind();
                }

                return;
            }

            Keep(batch.Number, matching);
        }
    }

    /// <summary>Waits for records, or for the word that there will be none.</summary>
    /// <exception cref="Exception">The condition could not be decided for a record.</exception>
    public async Task<Taken> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource news;
            lock (_gate)
            {
                if (_waiting.Count > 0 || _isBehind)
                {
                    return Take();
                }

                _news = news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await news.Task.WaitAsync(cancellationToken);
        }
    }

    private TailBatch? TakeUnfiltered()
    {
        lock (_gate)
        {
            if (_unfiltered.TryDequeue(out var batch))
            {
                _unfilteredBytes -= batch.Size;
                return batch;
            }

            _isFiltering = false;
            return null;
        }
    }

    private void Keep(long batch, List<TailRecord> matching)
    {
        lock (_gate)
        {
            _filteredTo = batch;
            foreach (var record in matching)
            {
                _waiting.Enqueue(new StoredRecord(record, batch));
                _waitingBytes += record.Size;
            }

            while (_waiting.Count > options.MaximumWaiting || (_waitingBytes > options.MaximumWaitingBytes && _waiting.Count > 1))
            {
                _waitingBytes -= _waiting.Dequeue().Record.Size;
                _missed++;
            }

            Signal();
        }
    }

    private Taken Take()
    {
        if (_waiting.Count == 0)
        {
            return _failure is null ? new Taken(0, [], IsBehind: true, _filteredTo) : throw _failure;
        }

        var taken = new List<StoredRecord>(Math.Min(_waiting.Count, MostTaken));
        while (taken.Count < MostTaken && _waiting.TryDequeue(out var record))
        {
            _waitingBytes -= record.Record.Size;
            taken.Add(record);
        }

        var missed = _missed;
        _missed = 0;
        return new Taken(missed, taken, IsBehind: false, _filteredTo);
    }

    private void BeBehind()
    {
        _isBehind = true;
        _unfiltered.Clear();
        _unfilteredBytes = 0;
        Signal();
    }

    private void Signal()
    {
        _news?.TrySetResult();
        _news = null;
    }

    /// <param name="Missed">Matching records before these that were dropped.</param>
    /// <param name="Records">In order.</param>
    /// <param name="IsBehind">No more will come: what follows batch <paramref name="FilteredTo"/> has to be read from the tables.</param>
    /// <param name="FilteredTo">The newest batch whose matching records have all been handed over or dropped, once there are none; 0: none was filtered.</param>
    public readonly record struct Taken(long Missed, IReadOnlyList<StoredRecord> Records, bool IsBehind, long FilteredTo);
}
