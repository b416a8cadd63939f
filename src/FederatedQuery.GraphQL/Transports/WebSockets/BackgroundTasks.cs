using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>What runs beside a connection's receiving. Every failure is logged; the connection's end waits for them.</summary>
internal sealed partial class BackgroundTasks(ILogger logger)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _count;

    /// <summary>Started and not yet ended.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Start(Func<Task> run)
    {
        lock (_lock)
        {
            _count++;
        }

        _ = RunAsync(run);
    }

    /// <summary>Waits until none runs.</summary>
    /// <returns>False when the time was over first.</returns>
    public async Task<bool> WhenIdleAsync(TimeSpan timeout, TimeProvider timeProvider)
    {
        Task idle;
        lock (_lock)
        {
            if (_count == 0)
            {
                return true;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        try
        {
            await idle.WaitAsync(timeout, timeProvider, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task RunAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException)
        {
            // The connection is closing: what could not be sent any more is of no interest.
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
        }
        finally
        {
            lock (_lock)
            {
                if (--_count == 0)
                {
                    _idle?.TrySetResult();
                    _idle = null;
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7121, LogLevel.Error, "A task of a GraphQL WebSocket connection failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
