using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>
/// The rest of a streamed list (incremental delivery, "Stream Record"). Items are pulled as the client takes them: at most
/// <see cref="MostItems"/> items or about <see cref="MostBytes"/> bytes ahead of it. Items that must wait do so side by side, and leave in
/// their order.
/// </summary>
internal sealed class ItemStream(
    OperationExecution execution, FieldPlan plan, GraphQLType itemType, ItemSource source, int index, PathNode? path, NullBoundary? boundary) : IPendingWork
{
    private const int MostItems = 50;
    private const int MostBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Slot> _slots = new();
    private Action<ItemStream>? _onReady;
    private TaskCompletionSource? _room;
    private Task? _pumping;
    private IReadOnlyList<GraphQLError>? _failure;
    private int _bytes;
    private int _pulled = index;
    private int _taken = index;
    private bool _isSignaled;
    private bool _hasEnded;
    private bool _isStopped;

    public PathNode? Path { get; } = path;

    public string? Label => plan.Stream!.Label;

    public string? Id { get; set; }

    /// <summary>The place in the list of the next item to be taken.</summary>
    public int NextIndex => _taken;

    /// <summary>What must not have become null above the list.</summary>
    public NullBoundary? Boundary { get; } = boundary;

    private bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _isStopped;
            }
        }
    }

    /// <summary>Begins to pull items. <paramref name="onReady"/> is called, from any thread, when there is something to take; then not again until it was taken.</summary>
    public void Start(Action<ItemStream> onReady)
    {
        _onReady = onReady;
        _pumping = PumpAsync();
    }

    /// <summary>What is ready, and room for more.</summary>
    public StreamedItems Take()
    {
        var items = new List<PartialResult>();
        lock (_lock)
        {
            _isSignaled = false;
            while (!_isStopped && _slots.TryPeek(out var slot) && slot.Result is { } result)
            {
                _slots.Dequeue();
                _bytes -= slot.Bytes;
                if (result.Data is null)
                {
                    _failure = result.Errors;
                    _isStopped = true;
                    source.Cancel();
                    break;
                }

                items.Add(result);
            }

            _room?.TrySetResult();
            _room = null;
            var first = _taken;
            _taken += items.Count;
            return new StreamedItems(first, items, HasEnded: _isStopped || (_hasEnded && _slots.Count == 0), _failure);
        }
    }

    /// <summary>Stops pulling, and gives back what was not taken. Waits for the source to be disposed of.</summary>
    public async Task StopAsync()
    {
        Slot[] left;
        lock (_lock)
        {
            _isStopped = true;
            source.Cancel();
            _room?.TrySetResult();
            left = [.. _slots];
            _slots.Clear();
        }

        foreach (var slot in left)
        {
            if (slot.Result is { } result)
            {
                await result.DiscardAsync();
            }
        }

        await (_pumping ?? source.DisposeAsync().AsTask());
    }

    private async Task PumpAsync()
    {
        IReadOnlyList<GraphQLError>? failure = null;
        try
        {
            while (await HasRoomAsync() && await source.MoveNextAsync())
            {
                var slot = new Slot();
                lock (_lock)
                {
                    _slots.Enqueue(slot);
                }

                _ = CompleteAsync(slot, source.Current, _pulled++);
            }
        }
        catch (OperationCanceledException) when (IsStopped)
        {
            // It was told to: nobody waits for more.
        }
        catch (Exception exception)
        {
            failure = Failure(exception);
        }

        try
        {
            await source.DisposeAsync();
        }
        catch (Exception exception)
        {
            failure ??= Failure(exception);
        }

        lock (_lock)
        {
            _failure ??= failure;
            _hasEnded = true;
        }

        Signal();
    }

    private async ValueTask<bool> HasRoomAsync()
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_isStopped)
                {
                    return false;
                }

                if (_slots.Count < MostItems && _bytes < MostBytes)
                {
                    return true;
                }

                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(source.CancellationToken);
        }
    }

    private async Task CompleteAsync(Slot slot, object? item, int itemIndex)
    {
        var itemPath = new PathNode(Path, key: null, itemIndex);
        PartialResult result;
        try
        {
            result = await execution.ExecuteItemAsync(plan.StreamedItem, itemType, item, itemPath);
        }
        catch (Exception exception)
        {
            result = new PartialResult(null, Failure(exception), null, null);
        }

        bool isWanted;
        lock (_lock)
        {
            isWanted = !_isStopped;
            slot.Bytes = result.Data?.Output.Length ?? 0;
            slot.Result = isWanted ? result : null;
            _bytes += slot.Bytes;
        }

        if (isWanted)
        {
            Signal();
        }
        else
        {
            await result.DiscardAsync();
        }
    }

    private IReadOnlyList<GraphQLError> Failure(Exception exception) => execution.DescribeFailure(plan, exception, Path);

    private void Signal()
    {
        lock (_lock)
        {
            var isReady = _slots.TryPeek(out var slot) ? slot.Result is not null : _hasEnded;
            if (_isSignaled || !isReady)
            {
                return;
            }

            _isSignaled = true;
        }

        _onReady?.Invoke(this);
    }

    private sealed class Slot
    {
        public PartialResult? Result { get; set; }

        public int Bytes { get; set; }
    }
}
