using System.Collections;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>The items of a list, had one at a time, whichever kind of sequence they come from.</summary>
internal sealed class ItemSource : IAsyncDisposable, IDisposable
{
    private readonly IEnumerator? _items;
    private readonly IAsyncEnumerator<object?>? _asyncItems;
    private readonly CancellationTokenSource _cancellation;
    private readonly Lock _cancelling = new();
    private bool _isDisposed;

    public ItemSource(IEnumerable items, CancellationToken cancellationToken)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken = _cancellation.Token;
        _items = items.GetEnumerator();
    }

    public ItemSource(IAsyncEnumerable<object?> items, CancellationToken cancellationToken)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken = _cancellation.Token;
        _asyncItems = items.GetAsyncEnumerator(CancellationToken);
    }

    /// <summary>Ends when the items are no longer wanted.</summary>
    public CancellationToken CancellationToken { get; }

    public object? Current => _items is null ? _asyncItems!.Current : _items.Current;

    public ValueTask<bool> MoveNextAsync() => _items is null ? _asyncItems!.MoveNextAsync() : new ValueTask<bool>(_items.MoveNext());

    /// <summary>For a sequence that is not asynchronous.</summary>
    public bool TryMoveNext() => _items!.MoveNext();

    /// <summary>Lets a source that is being waited for give up. Runs none of its code here.</summary>
    public void Cancel()
    {
        lock (_cancelling)
        {
            if (!_isDisposed)
            {
                _ = _cancellation.CancelAsync();
            }
        }
    }

    /// <summary>Not to be called while a move is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_asyncItems is not null)
            {
                await _asyncItems.DisposeAsync();
            }
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>For a sequence that is not asynchronous.</summary>
    public void Dispose()
    {
        try
        {
            (_items as IDisposable)?.Dispose();
        }
        finally
        {
            lock (_cancelling)
            {
                _isDisposed = true;
                _cancellation.Dispose();
            }
        }
    }
}
