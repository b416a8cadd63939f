using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg.Catalogs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>
/// Queues the maintenance of each table once a day, in one process of all. Tiered tables are maintained unless somebody has said otherwise; tables that are cold only may be in another
/// catalog too, and are maintained by themselves only after somebody has configured it.
/// </summary>
public sealed partial class MaintenanceLoop(
    TieredTableStore tables, TableMaintenanceStore store, MaintenanceService maintenance, IOptions<TieringOptions> options, TimeProvider time,
    ILogger<MaintenanceLoop> logger) : PeriodicService("Queueing the maintenance of tables", time, logger)
{
    private readonly TieringOptions _options = options.Value;

    /// <summary>One round. A table that fails is logged and does not hold up the others.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var configured = (await store.ListConfiguredAsync(cancellationToken)).ToDictionary(settings => settings.Table);
        var tiered = (await tables.ListAsync(cancellationToken)).Select(table => new TableIdentifier(table.Namespace, table.Name));
        foreach (var table in tiered.Union(configured.Keys).Where(table => configured.GetValueOrDefault(table)?.Enabled ?? true))
        {
            try
            {
                if (await store.TryTakeTurnAsync(table, _options.MaintenanceInterval, cancellationToken))
                {
                    await maintenance.RunAsync(table, cancellationToken);
                    Log.Queued(Logger, table.ToString());
                }
            }
            catch (TieringException error) when (error.Kind == TieringErrorKind.NotFound)
            {
                // Settings outlive their table.
                Log.Gone(Logger, table.ToString(), error);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.Failed(Logger, table.ToString(), error);
            }
        }
    }

    protected override TimeSpan Interval => _options.ArchiveInterval;

    protected override bool IsEnabled => _options.MaintenanceEnabled;

    protected override Task RunRoundAsync(CancellationToken stoppingToken) => RunOnceAsync(stoppingToken);

    protected override void LogFailure(Exception error) => Log.Failed(Logger, "(all)", error);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.MaintenanceQueued, LogLevel.Debug, "The daily maintenance of '{Table}' is queued")]
        public static partial void Queued(ILogger logger, string table);

        [LoggerMessage(TieringEventId.MaintenanceGone, LogLevel.Debug, "'{Table}' has settings of its maintenance, and is gone")]
        public static partial void Gone(ILogger logger, string table, Exception error);

        [LoggerMessage(TieringEventId.MaintenanceQueueFailed, LogLevel.Error, "Queueing the maintenance of '{Table}' failed; it is tried again")]
        public static partial void Failed(ILogger logger, string table, Exception error);
    }
}
