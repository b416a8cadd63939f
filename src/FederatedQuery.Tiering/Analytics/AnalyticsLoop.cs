using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Analytics;

/// <summary>Looks every few seconds whether a cold table has changed, and now and then whether the second catalog has.</summary>
public sealed partial class AnalyticsLoop(AnalyticsSync sync, IOptions<TieringOptions> options, TimeProvider time, ILogger<AnalyticsLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!sync.IsEnabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.AnalyticsInterval, time);
        long? verifiedAt = null;
        do
        {
            try
            {
                var verify = verifiedAt is not { } at || time.GetElapsedTime(at) >= options.Value.AnalyticsVerifyInterval;
                if (verify)
                {
                    verifiedAt = time.GetTimestamp();
                }

                await sync.RunOnceAsync(verify, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Log.RoundFailed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.AnalyticsRoundFailed, LogLevel.Error, "Looking for cold tables that the second catalog does not have failed; it is tried again")]
        public static partial void RoundFailed(ILogger logger, Exception error);
    }
}
