using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Logs.Tail;

/// <summary>Reads of subscribers from the tables: so many at a time, and with patience. Thread-safe.</summary>
internal sealed class TailReads(LogTailOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _places = new(options.ConcurrentReads, options.ConcurrentReads);

    public void Dispose() => _places.Dispose();

    /// <summary>Reads; while a tier does not answer, again and again for a time, so that subscriptions outlive its restart.</summary>
    public async Task<T> PatientlyAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var delay = FirstRetryDelay;
        while (true)
        {
            try
            {
                return await OnceAsync(read, cancellationToken);
            }
            catch (Exception error) when (IsPassing(error) && time.GetElapsedTime(started) < options.ReadPatience)
            {
                await Task.Delay(delay, time, cancellationToken);
                delay = delay * 2 < options.MaximumRetryDelay ? delay * 2 : options.MaximumRetryDelay;
            }
        }
    }

    /// <summary>Reads when there is a place.</summary>
    public async Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await read(cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    private static bool IsPassing(Exception error) =>
        FailureTranslation.TryTranslate(error)?.Kind is FailureKind.HotTier or FailureKind.ColdTier or FailureKind.Overloaded;
}
