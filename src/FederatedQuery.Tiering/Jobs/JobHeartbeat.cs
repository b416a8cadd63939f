using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>Why work on a job was broken off, other than by the end of this process.</summary>
internal enum JobInterruption
{
    None,

    /// <summary>Somebody asked for it here.</summary>
    Cancelled,

    /// <summary>It was cancelled elsewhere, or another process has taken it over.</summary>
    LeaseLost,

    /// <summary>PostgreSQL was out of reach for so long that another process may take the job over.</summary>
    OutOfTouch,
}

/// <summary>
/// Shows the progress of a leased job and keeps its lease, and breaks the work off once this process cannot be sure of the lease: by its own clock, which
/// neither a clock set anew nor a PostgreSQL out of reach can hold up. Thread-safe.
/// </summary>
internal sealed partial class JobHeartbeat : IAsyncDisposable
{
    private readonly JobStore _store;
    private readonly Job _job;
    private readonly JobProgress _progress;
    private readonly TimeSpan _lease;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LoopFailures _failures;
    private readonly CancellationTokenSource _work;
    private readonly CancellationTokenSource _renewing = new();
    private readonly Task _renewal;
    private long _touched;
    private int _interruption;

    /// <param name="store">Where the lease is.</param>
    /// <param name="job">As it was leased.</param>
    /// <param name="leasedAt">A timestamp of <paramref name="time"/> from before the lease was asked for.</param>
    /// <param name="progress">Written by the work.</param>
    /// <param name="lease">Of each renewal.</param>
    /// <param name="time">Its timestamps never jump.</param>
    /// <param name="logger">Told of renewals that fail.</param>
    /// <param name="stopping">The end of this process.</param>
    public JobHeartbeat(
        JobStore store, Job job, long leasedAt, JobProgress progress, TimeSpan lease, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        _store = store;
        _job = job;
        _progress = progress;
        _lease = lease;
        // The rest is for the work to come to its end, before anybody else begins.
        _limit = lease * 0.8;
        _time = time;
        _logger = logger;
        _failures = new LoopFailures($"Renewing the lease of job {job.Id}", time, logger);
        _touched = leasedAt;
        _work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Work = _work.Token;
        _renewal = RenewAsync(_renewing.Token);
    }

    /// <summary>Cancelled when the work has to end.</summary>
    public CancellationToken Work { get; }

    public JobInterruption Interruption => (JobInterruption)Volatile.Read(ref _interruption);

    /// <summary>How much longer this process may be sure of the lease.</summary>
    public TimeSpan Left => _limit - _time.GetElapsedTime(Volatile.Read(ref _touched));

    /// <summary>Breaks the work off.</summary>
    public async Task InterruptAsync(JobInterruption interruption)
    {
        // The first reason counts.
        Interlocked.CompareExchange(ref _interruption, (int)interruption, (int)JobInterruption.None);
        try
        {
            await _work.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work came to its end in between.
        }
    }

    /// <summary>Ends the renewals; the lease stays until it runs out.</summary>
    public async Task StopAsync()
    {
        await _renewing.CancelAsync();
        await _renewal;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _renewing.Dispose();
        _work.Dispose();
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var period = TimeSpan.FromTicks(Math.Clamp(_lease.Ticks / 3, 1, TimeSpan.TicksPerSecond));
        while (true)
        {
            var pause = Left < period ? Left : period;
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (Left is var left && left <= TimeSpan.Zero)
            {
                Log.OutOfTouch(_logger, _job.Id, _limit.TotalSeconds);
                await InterruptAsync(JobInterruption.OutOfTouch);
                return;
            }

            if (!await TryRenewAsync(left, cancellationToken))
            {
                await InterruptAsync(JobInterruption.LeaseLost);
                return;
            }
        }
    }

    /// <returns>False when the lease is lost. True also when PostgreSQL did not say.</returns>
    private async Task<bool> TryRenewAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var sent = _time.GetTimestamp();
        try
        {
            var current = _progress.Current;
            if (!await _store.RenewAsync(_job, _lease, current.Fraction, current.Message, current.Rows, current.Bytes, either.Token))
            {
                return false;
            }

            _failures.Succeeded();
            // From when it was sent: the lease cannot have begun before.
            Volatile.Write(ref _touched, sent);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The work is over.
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            _failures.Failed(error, failure => Log.RenewalFailed(_logger, _job.Id, failure));
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.JobRenewalFailed, LogLevel.Warning, "The lease of job {Id} could not be renewed; it is tried again")]
        public static partial void RenewalFailed(ILogger logger, Guid id, Exception error);

        [LoggerMessage(TieringEventId.JobOutOfTouch, LogLevel.Error, "The lease of job {Id} could not be renewed for {Seconds} s; the work is broken off, since another process may take it over")]
        public static partial void OutOfTouch(ILogger logger, Guid id, double seconds);
    }
}
