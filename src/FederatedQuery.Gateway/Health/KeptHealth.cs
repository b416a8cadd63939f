namespace FederatedQuery.Gateway.Health;

/// <summary>
/// The state of one part: up for some seconds once it was, and asked anew while it is down. Those who ask meanwhile share one probe. Safe for
/// concurrent use.
/// </summary>
internal sealed class KeptHealth(TimeProvider time)
{
    private static readonly TimeSpan KeptWhileUp = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<PartHealth>? _probe;
    private long _endedAt;

    /// <param name="probe">Ends by itself in bounded time: it does not end with the caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<PartHealth> GetAsync(Func<Task<PartHealth>> probe, CancellationToken cancellationToken)
    {
        Task<PartHealth> current;
        lock (_lock)
        {
            if (_probe is null || IsOld(_probe))
            {
                _probe = RunAsync(probe);
            }

            current = _probe;
        }

        return current.WaitAsync(cancellationToken);
    }

    private bool IsOld(Task<PartHealth> probe) => probe.IsCompleted
        && (!probe.IsCompletedSuccessfully || probe.Result.Status != HealthReport.Up || time.GetElapsedTime(Volatile.Read(ref _endedAt)) >= KeptWhileUp);

    private async Task<PartHealth> RunAsync(Func<Task<PartHealth>> probe)
    {
        // Off the lock that the caller holds.
        await Task.Yield();
        try
        {
            return await probe();
        }
        finally
        {
            Volatile.Write(ref _endedAt, time.GetTimestamp());
        }
    }
}
