using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Tiering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Ingest;

/// <summary>Keeps the table of log records in shape, and forgets batches that nobody asks for any more.</summary>
internal sealed partial class LogMaintenanceLoop(
    LogTableState table, LogBatchStore batches, IOptions<LogIngestOptions> options, TimeProvider time, ILogger<LogMaintenanceLoop> logger) : PeriodicService("Looking after the table of log records", time, logger)
{
    protected override TimeSpan Interval => options.Value.MaintenanceInterval;

    protected override bool BeginsAtOnce => false;

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Enabled)
        {
            await table.MaintainAsync(stoppingToken);
        }

        await batches.ForgetAsync(Time.GetUtcNow() - options.Value.BatchHistory, stoppingToken);
    }

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(LogEventId.MaintenanceFailed, LogLevel.Warning, "Looking after the table of log records failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
