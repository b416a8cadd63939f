namespace FederatedQuery.Federation.Reading;

/// <summary>
/// Hands out a bounded number of places, several at once, first come first served. A query takes all the Postgres connections that it will
/// need before it begins: taking them one by one, two queries could wait for each other for ever.
/// </summary>
internal sealed class WeightedGate(int places)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(int Wanted, TaskCompletionSource Granted)> _waiting = new();
    private int _free = places;

    public int Places { get; } = places;

    /// <summary>Waits for places; dispose of the result to give them back.</summary>
    /// <param name="wanted">1 to <see cref="Places"/>.</param>
    public async Task<IDisposable> EnterAsync(int wanted, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted, Places);
        LinkedListNode<(int Wanted, TaskCompletionSource Granted)> entry;
        lock (_lock)
        {
            if (_waiting.Count == 0 && _free >= wanted)
            {
                _free -= wanted;
                return new Pass(this, wanted);
            }

            entry = _waiting.AddLast((wanted, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await using var cancelled = cancellationToken.Register(() => Cancel(entry, cancellationToken));
        await entry.Value.Granted.Task;
        return new Pass(this, wanted);
    }

    private void Cancel(LinkedListNode<(int Wanted, TaskCompletionSource Granted)> entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // A place granted in the same moment stays granted: its owner finds out about the cancellation by itself.
            if (entry.List is null)
            {
                return;
            }

            _waiting.Remove(entry);
            GrantWaiting();
        }

        entry.Value.Granted.TrySetCanceled(cancellationToken);
    }

    private void Leave(int count)
    {
        lock (_lock)
        {
            _free += count;
            GrantWaiting();
        }
    }

    private void GrantWaiting()
    {
        while (_waiting.First is { } next && next.Value.Wanted <= _free)
        {
            _free -= next.Value.Wanted;
            _waiting.RemoveFirst();
            next.Value.Granted.TrySetResult();
        }
    }

    private sealed class Pass(WeightedGate gate, int count) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Leave(count);
            }
        }
    }
}
