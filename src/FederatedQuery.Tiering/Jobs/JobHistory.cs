using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>Keeps the list of jobs finite: those that ended long ago go, and those that nobody can do end.</summary>
public sealed partial class JobHistory(JobStore store, JobRunner runner, IOptions<TieringOptions> options, TimeProvider time, ILogger<JobHistory> logger)
    : PeriodicService("Forgetting jobs that ended long ago", time, logger)
{
    private const int MostAtOnce = 1_000;

    /// <summary>Longer than a rolling update in which only some of the gateways know a kind.</summary>
    private static readonly TimeSpan UnknownAfter = TimeSpan.FromDays(1);

    /// <returns>How many jobs were removed.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await store.FailUnknownAsync(runner.Kinds, UnknownAfter, cancellationToken);
        var removed = 0;
        while (await store.RemoveEndedAsync(options.Value.JobHistory, MostAtOnce, cancellationToken) is var more and > 0)
        {
            removed += more;
        }

        return removed;
    }

    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    protected override bool BeginsAtOnce => false;

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        var removed = await RunOnceAsync(stoppingToken);
        Log.Removed(Logger, removed);
    }

    protected override void LogFailure(Exception error) => Log.Failed(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.JobHistoryRemoved, LogLevel.Debug, "Removed {Count} jobs that ended long ago")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(TieringEventId.JobHistoryFailed, LogLevel.Warning, "Jobs that ended long ago could not be removed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
