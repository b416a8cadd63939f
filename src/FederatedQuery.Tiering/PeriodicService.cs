using Microsoft.Extensions.Hosting;

namespace FederatedQuery.Tiering;

/// <summary>Background work in rounds. Whatever a round fails with is logged, and the next one comes all the same.</summary>
public abstract class PeriodicService(TimeProvider time) : BackgroundService
{
    /// <summary>What rounds are timed by.</summary>
    protected TimeProvider Time => time;

    /// <summary>From the beginning of one round to that of the next; a round that takes longer is followed at once.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>False: no round is ever done.</summary>
    protected virtual bool IsEnabled => true;

    /// <summary>False: the first round comes after an interval.</summary>
    protected virtual bool BeginsAtOnce => true;

    /// <summary>One round.</summary>
    /// <param name="stoppingToken">The process ends.</param>
    protected abstract Task RunRoundAsync(CancellationToken stoppingToken);

    /// <summary>Says that a round failed.</summary>
    protected abstract void LogFailure(Exception error);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsEnabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        if (BeginsAtOnce)
        {
            await TryRoundAsync(stoppingToken);
        }

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryRoundAsync(stoppingToken);
        }
    }

    private async Task TryRoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunRoundAsync(stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailure(error);
        }
    }
}
