namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>
/// When a process of a test dies. From its last operation on the store nothing of it goes on, neither well nor badly: as with kill -9, no handler of its
/// exceptions does anything. Once it is buried (its connections to PostgreSQL are cut by then) what hangs is let go with an exception.
/// </summary>
internal sealed class LifeSpan
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _operationsLeft = int.MaxValue;
    private int _changesLeft = int.MaxValue;
    private volatile bool _isOver;

    /// <summary>Completes with the last operation.</summary>
    public Task Ended => _ended.Task;

    public bool IsOver => _isOver;

    /// <summary>The operations on the store that it still does.</summary>
    public void EndAfter(int operations) => Volatile.Write(ref _operationsLeft, operations);

    /// <summary>The same, of the operations that change what is in the store; after as many of them, before whatever comes then.</summary>
    public void EndAfterChanges(int changes) => Volatile.Write(ref _changesLeft, changes);

    public void End()
    {
        _isOver = true;
        _ended.TrySetResult();
    }

    public void Bury() => _buried.TrySetResult();

    /// <summary>Before each change of the store, and after it.</summary>
    public Task PassChangeAsync() => PassAsync(Interlocked.Decrement(ref _changesLeft) < 0);

    /// <summary>Before each operation on the store.</summary>
    public Task PassAsync() => PassAsync(false);

    private async Task PassAsync(bool isLast)
    {
        if (_isOver || isLast || Interlocked.Decrement(ref _operationsLeft) < 0)
        {
            End();
            await _buried.Task;
            throw new InvalidOperationException("The process was killed.");
        }
    }
}
