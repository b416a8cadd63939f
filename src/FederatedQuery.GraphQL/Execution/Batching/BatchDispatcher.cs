using FederatedQuery.GraphQL.Batching;

namespace FederatedQuery.GraphQL.Execution.Batching;

/// <summary>
/// Fetches batches when the operation can go no further without them: when none of its synchronous work runs or is about to run. No timers.
/// Made when an operation first asks for a data loader.
/// </summary>
/// <remarks>
/// Work is what <see cref="OperationWork"/> counts: walks over the response and, as this is the synchronization context of the threads doing
/// them, whatever resolvers and fetches go on with after an await. So keys are gathered from all fields of a level, and from resolvers that
/// first awaited something that was ready. A load from elsewhere (a thread that a resolver started, code after <c>ConfigureAwait(false)</c>)
/// counts as work that ends after a turn of the thread pool: it cannot get lost, and goes with others that are ready as well.
/// </remarks>
internal sealed class BatchDispatcher : SynchronizationContext, IBatchScheduler
{
    private readonly OperationExecution _execution;
    private readonly Lock _lock = new();
    private readonly CancellationTokenRegistration _cancellation;

    /// <summary>Fetches see the request's async-local values, whichever thread they begin on.</summary>
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private List<Batch> _waiting = [];
    private int _turnIsQueued;

    public BatchDispatcher(OperationExecution execution)
    {
        _execution = execution;
        DataLoaders = new DataLoaderRegistry(this, execution);
        _cancellation = CancellationToken.UnsafeRegister(static dispatcher => ((BatchDispatcher)dispatcher!).CancelWaiting(), this);
    }

    public DataLoaderRegistry DataLoaders { get; }

    public CancellationToken CancellationToken => _execution.CancellationToken;

    private OperationWork Work => _execution.Work;

    public void Schedule(Batch batch)
    {
        lock (_lock)
        {
            _waiting.Add(batch);
        }

        if (!WorkSection.IsOf(Work) && Interlocked.Exchange(ref _turnIsQueued, 1) == 0)
        {
            Work.Add();
            ThreadPool.UnsafeQueueUserWorkItem(static dispatcher => dispatcher.EndTurn(), this, preferLocal: false);
        }
    }

    /// <summary>
    /// Called when the last work has ended. What the fetches give at once may queue more: it is taken up in turns, so that long chains of
    /// loads do not grow the stack.
    /// </summary>
    public void Dispatch()
    {
        do
        {
            if (TakeWaiting() is not { } batches)
            {
                return;
            }

            Work.Add();
            using (new WorkSection(Work))
            {
                // Held twice, so that the section's end does not come back here.
                Work.Add();
                Begin(batches);
            }
        }
        while (Work.EndWithoutDispatch());
    }

    /// <summary>The operation is over.</summary>
    public void Complete() => _cancellation.Unregister();

    public override void Post(SendOrPostCallback d, object? state)
    {
        Work.Add();
        ThreadPool.UnsafeQueueUserWorkItem(new PostedWork(Work, d, state), preferLocal: false);
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        using (Work.Begin())
        {
            d(state);
        }
    }

    /// <summary>A copy would be another context, to which continuations would be posted that can run at once.</summary>
    public override SynchronizationContext CreateCopy() => this;

    private void Begin(List<Batch> batches)
    {
        if (_flow is null)
        {
            BeginHere(batches);
        }
        else
        {
            ExecutionContext.Run(_flow, static state =>
            {
                var (dispatcher, ready) = ((BatchDispatcher, List<Batch>))state!;
                dispatcher.BeginHere(ready);
            }, (this, batches));
        }
    }

    private void BeginHere(List<Batch> batches)
    {
        foreach (var batch in batches)
        {
            _ = FetchAsync(batch);
        }
    }

    private async Task FetchAsync(Batch batch)
    {
        if (CancellationToken.IsCancellationRequested)
        {
            batch.Cancel(CancellationToken);
            return;
        }

        using var scope = _execution.Events?.Batch(batch.DataLoaderName, batch.Size);
        await batch.DispatchAsync(CancellationToken);
        if (batch.Failure is { } failure)
        {
            _execution.Events?.BatchError(batch.DataLoaderName, failure);
        }
    }

    private List<Batch>? TakeWaiting()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return null;
            }

            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    private void EndTurn()
    {
        Volatile.Write(ref _turnIsQueued, 0);
        Work.End();
    }

    /// <summary>Even a resolver that (wrongly) blocks on a load gets on when the operation is given up.</summary>
    private void CancelWaiting()
    {
        using (Work.Begin())
        {
            foreach (var batch in TakeWaiting() ?? [])
            {
                batch.Cancel(CancellationToken);
            }
        }
    }

    private sealed class PostedWork(OperationWork work, SendOrPostCallback callback, object? state) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            using (new WorkSection(work))
            {
                callback(state);
            }
        }
    }
}
