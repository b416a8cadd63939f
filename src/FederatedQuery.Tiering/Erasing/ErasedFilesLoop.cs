using FederatedQuery.Hot.Control.Erasures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>In every process, each minute: drops cached copies of files that rows were erased from, wherever the erasure ran.</summary>
public sealed partial class ErasedFilesLoop(ErasedFiles files, ErasureStore store, TimeProvider time, ILogger<ErasedFilesLoop> logger) : BackgroundService
{
    /// <summary>A process that was down for longer starts with no cache older than that, or is not one to start again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var since = Remembered;
        do
        {
            try
            {
                await files.ForgetCopiesAsync(since, stoppingToken);
                if (since == Remembered)
                {
                    await store.RemoveFilesAsync(Remembered, stoppingToken);
                    since = Recent;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.ForgettingFailed, LogLevel.Warning, "Cached copies of files that rows were erased from could not be looked for; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
