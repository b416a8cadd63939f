using FederatedQuery.Hot.Control.Maintenance;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.DroppedFiles;

/// <summary>On a schedule, in one process at a time: deletes the files whose time has come, of all tables.</summary>
public sealed partial class DroppedFileLoop(
    DroppedFileStore store, DroppedFileCleaner cleaner, IOptions<TieringOptions> options, TimeProvider time, ILogger<DroppedFileLoop> logger)
    : PeriodicService("Deleting files that tables have dropped", time, logger)
{
    /// <summary>One round. A table that fails is logged and does not hold up the others.</summary>
    /// <returns>False when another process is at it.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var right = await store.TryAcquireAsync(cancellationToken);
        if (right is null)
        {
            return false;
        }

        foreach (var table in await store.ListTablesAsync(cancellationToken))
        {
            try
            {
                await cleaner.CleanAsync(table, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.Failed(Logger, table.ToString(), error);
            }
        }

        return true;
    }

    protected override TimeSpan Interval => options.Value.DroppedFileInterval;

    protected override bool IsEnabled => options.Value.MaintenanceEnabled;

    protected override Task RunRoundAsync(CancellationToken stoppingToken) => RunOnceAsync(stoppingToken);

    protected override void LogFailure(Exception error) => Log.Failed(Logger, "(all)", error);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.DroppedFileRoundFailed, LogLevel.Error, "Deleting the files that '{Table}' has dropped failed; it is tried again")]
        public static partial void Failed(ILogger logger, string table, Exception error);
    }
}
