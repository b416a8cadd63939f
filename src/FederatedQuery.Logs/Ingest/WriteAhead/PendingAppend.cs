namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>Rows that wait to be written, and whoever waits for them to be on disk.</summary>
internal sealed class PendingAppend(RecordRows rows) : IDisposable
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordRows Rows => rows;

    /// <summary>Ends when the rows are on disk; fails when they are not, and will not be.</summary>
    public Task Done => _done.Task;

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception error) => _done.TrySetException(error);

    public void Dispose() => rows.Dispose();
}
