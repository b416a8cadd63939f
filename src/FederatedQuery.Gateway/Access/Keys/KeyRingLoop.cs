using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Access.Keys;

/// <summary>Has changes of keys seen within seconds, and notes once a minute when keys were used.</summary>
internal sealed partial class KeyRingLoop(KeyRing keys, TimeProvider time, ILogger<KeyRingLoop> logger) : PeriodicService("Reading the keys (those known so far are good for ten minutes)", time, logger)
{
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastRoundTimeout = TimeSpan.FromSeconds(3);

    private const int RoundsPerNote = 30;

    private int _round;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LastRoundTimeout);
        try
        {
            await keys.NoteUsesAsync(patience.Token);
        }
        catch (Exception error)
        {
            Failed(error);
        }
    }

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(RoundTimeout);
        await keys.RefreshAsync(patience.Token);
        if (++_round % RoundsPerNote == 0)
        {
            await keys.NoteUsesAsync(patience.Token);
        }
    }

    protected override void LogFailure(Exception error) => Log.NotRead(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(6200, LogLevel.Warning, "The keys could not be read or their use not be noted; those known so far are good for ten minutes")]
        public static partial void NotRead(ILogger logger, Exception error);
    }
}
