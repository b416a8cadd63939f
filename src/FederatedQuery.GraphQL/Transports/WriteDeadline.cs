namespace FederatedQuery.GraphQL.Transports;

/// <summary>
/// Cuts a client off that takes no bytes: calls <paramref name="cut"/> when a write that began does not end in time. One write at a time.
/// </summary>
internal sealed class WriteDeadline(TimeSpan timeout, TimeProvider timeProvider, Action cut) : IDisposable
{
    private ITimer? _timer;
    private volatile bool _isWaiting;
    private volatile int _waits;

    /// <summary>Whether a write waits for the client, which has so long as the timeout to take something.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Writes that waited and came to their end: when it grows, the client has taken something.</summary>
    public int Waits => _waits;

    /// <summary>Awaits the write. That it was cut off shows as whatever exception the connection then gives it.</summary>
    public ValueTask GuardAsync(ValueTask write) => write.IsCompleted ? write : WaitAsync(write);

    public async ValueTask<T> GuardAsync<T>(ValueTask<T> write)
    {
        if (write.IsCompleted)
        {
            return await write;
        }

        Start();
        try
        {
            var result = await write;
            _waits++;
            return result;
        }
        finally
        {
            Stop();
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async ValueTask WaitAsync(ValueTask write)
    {
        Start();
        try
        {
            await write;
            _waits++;
        }
        finally
        {
            Stop();
        }
    }

    private void Start()
    {
        // Most connections never wait for a client, so have no timer.
        _timer ??= timeProvider.CreateTimer(static state => ((Action)state!)(), cut, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(timeout, Timeout.InfiniteTimeSpan);
        _isWaiting = true;
    }

    private void Stop()
    {
        _isWaiting = false;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
