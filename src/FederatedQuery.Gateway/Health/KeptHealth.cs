namespace FederatedQuery.Gateway.Health;

/// <summary>
/// What a probe found, for as long as it is believed. Those who ask while it runs share it: whoever may ask, and everybody may, has it run once at a time. Safe for concurrent use.
/// </summary>
/// <param name="time">Measures how old it is.</param>
/// <param name="keepFor">How long it is believed; zero: whoever asks after its end has it run again.</param>
internal sealed class KeptHealth<T>(TimeProvider time, Func<T, TimeSpan> keepFor)
{
    private readonly Lock _lock = new();
    private Task<T>? _probe;
    private long _endedAt;

    /// <param name="probe">Ends by itself in bounded time: it does not end with the caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> GetAsync(Func<Task<T>> probe, CancellationToken cancellationToken)
    {
        Task<T> current;
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

    private bool IsOld(Task<T> probe) => probe.IsCompleted
        && (!probe.IsCompletedSuccessfully || time.GetElapsedTime(Volatile.Read(ref _endedAt)) >= keepFor(probe.Result));

    private async Task<T> RunAsync(Func<Task<T>> probe)
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
