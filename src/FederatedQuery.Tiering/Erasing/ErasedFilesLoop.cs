using FederatedQuery.Hot.Control.Erasures;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>In every process, each minute: drops cached copies of files that rows were erased from, wherever the erasure ran.</summary>
public sealed partial class ErasedFilesLoop(ErasedFiles files, ErasureStore store, TimeProvider time, ILogger<ErasedFilesLoop> logger) : PeriodicService("Looking for cached copies of files that rows were erased from", time, logger)
{
    /// <summary>A process that was down for longer starts with no cache older than that, or is not one to start again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private TimeSpan _since = Remembered;

    protected override TimeSpan Interval => TimeSpan.FromMinutes(1);

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        await files.ForgetCopiesAsync(_since, stoppingToken);
        if (_since == Remembered)
        {
            await store.RemoveFilesAsync(Remembered, stoppingToken);
            _since = Recent;
        }
    }

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.ForgettingFailed, LogLevel.Warning, "Cached copies of files that rows were erased from could not be looked for; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
