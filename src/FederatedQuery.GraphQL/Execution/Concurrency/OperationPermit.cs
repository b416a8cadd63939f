namespace FederatedQuery.GraphQL.Execution.Concurrency;

/// <summary>A place among those that run. Given back once, at the latest when nobody can do so any more: a stream that is never read.</summary>
internal sealed class OperationPermit(Action release) : IDisposable
{
    private Action? _release = release;

    ~OperationPermit() => Release();

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
