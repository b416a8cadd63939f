using FederatedQuery.Tiering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// The table of log records as ingest depends on it: made at start, and if the cold tier did not answer then, looked after again with every round of maintenance. Tells records'
/// limits how long the table keeps its rows.
/// </summary>
internal sealed partial class LogTableState(
    LogTableSetup setup, LogPartitions partitions, LogLimits limits, IOptions<TieringOptions> tiering, TimeProvider time, ILogger<LogTableState> logger)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Those that a gateway without ArchiveLoop (MAINTENANCE_ENABLED=false) would lack.</summary>
    private const int DaysAhead = 2;

    private bool _isComplete;

    /// <summary>At start.</summary>
    /// <returns>Why log records cannot be stored in the table that is there; null otherwise, also when that is not known yet.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        try
        {
            var mismatch = await setup.EnsureAsync(timeout.Token);
            _isComplete = mismatch is null;
            if (mismatch is null)
            {
                await ReadRetentionAsync(timeout.Token);
            }

            return mismatch;
        }
        catch (TieringException refused) when (refused.Kind is TieringErrorKind.NotAllowed or TieringErrorKind.InvalidArgument)
        {
            return refused.Message;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // What is down now comes up again; meanwhile records are taken in and wait on disk.
            Log.Failed(logger, error);
            return null;
        }
    }

    /// <summary>Now and then.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        if (!_isComplete)
        {
            _isComplete = await setup.EnsureAsync(cancellationToken) is null;
        }

        if (_isComplete)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            await partitions.EnsureAsync([.. Enumerable.Range(0, DaysAhead + 1).Select(today.AddDays)], cancellationToken);
            await ReadRetentionAsync(cancellationToken);
        }
    }

    private async Task ReadRetentionAsync(CancellationToken cancellationToken) =>
        limits.MaxAge = TimeSpan.FromDays(await setup.ColdDaysAsync(cancellationToken) ?? tiering.Value.ColdDays);

    private static partial class Log
    {
        [LoggerMessage(LogEventId.TableFailed, LogLevel.Warning, "The table of log records could not be made or made tiered yet; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
