namespace FederatedQuery.Tiering.Jobs;

/// <summary>One of the places at which this process works, held by a job until it ends or has nothing to do but wait. Thread-safe.</summary>
internal sealed class JobSlot(SemaphoreSlim slots)
{
    private int _isFree;

    /// <summary>For another job to take. Again: nothing.</summary>
    public void Free()
    {
        if (Interlocked.Exchange(ref _isFree, 1) == 0)
        {
            slots.Release();
        }
    }
}
