using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Analytics;

/// <summary>Looks every few seconds whether a cold table has changed, and now and then whether the second catalog has.</summary>
public sealed partial class AnalyticsLoop(AnalyticsSync sync, IOptions<TieringOptions> options, TimeProvider time, ILogger<AnalyticsLoop> logger)
    : PeriodicService("Keeping the second catalog up to date", time, logger)
{
    private long? _verifiedAt;

    protected override TimeSpan Interval => options.Value.AnalyticsInterval;

    protected override bool IsEnabled => sync.IsEnabled;

    protected override Task RunRoundAsync(CancellationToken stoppingToken)
    {
        var verify = _verifiedAt is not { } at || Time.GetElapsedTime(at) >= options.Value.AnalyticsVerifyInterval;
        if (verify)
        {
            _verifiedAt = Time.GetTimestamp();
        }

        return sync.RunOnceAsync(verify, stoppingToken);
    }

    protected override void LogFailure(Exception error) => Log.RoundFailed(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.AnalyticsRoundFailed, LogLevel.Error, "Looking for cold tables that the second catalog does not have failed; it is tried again")]
        public static partial void RoundFailed(ILogger logger, Exception error);
    }
}
