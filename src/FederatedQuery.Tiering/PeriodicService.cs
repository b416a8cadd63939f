using FederatedQuery.Hot.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering;

/// <summary>Background work in rounds. Whatever a round fails with is logged (<see cref="LoopFailures"/>), and the next one comes all the same.</summary>
/// <param name="work">What rounds do, as the beginning of a sentence in the log: <c>Looking for days to move</c>.</param>
/// <param name="time">What rounds are timed by.</param>
/// <param name="logger">The service's.</param>
public abstract class PeriodicService(string work, TimeProvider time, ILogger logger) : BackgroundService
{
    private readonly LoopFailures _failures = new(work, time, logger);

    /// <summary>What rounds are timed by.</summary>
    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    /// <summary>From the beginning of one round to that of the next; a round that takes longer is followed at once.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>False: no round is ever done.</summary>
    protected virtual bool IsEnabled => true;

    /// <summary>False: the first round comes after an interval.</summary>
    protected virtual bool BeginsAtOnce => true;

    /// <summary>One round.</summary>
    /// <param name="stoppingToken">The process ends.</param>
    protected abstract Task RunRoundAsync(CancellationToken stoppingToken);

    /// <summary>Says that a round failed, by something else than PostgreSQL's absence.</summary>
    protected abstract void LogFailure(Exception error);

    /// <summary>Notes that a round failed, or what belongs to the rounds and is done at another time.</summary>
    protected void Failed(Exception error) => _failures.Failed(error, LogFailure);

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
            _failures.Succeeded();
        }
        catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Failed(error);
        }
    }
}
