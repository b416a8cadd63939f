using System.Collections.Concurrent;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>
/// Works through the queue of jobs that all processes share, a few at a time. A job belongs to the process that holds its lease; the lease of
/// a process that died runs out, and its job is begun again by another or ended as failed. Thread-safe.
/// </summary>
public sealed partial class JobRunner : BackgroundService
{
    private readonly JobStore _store;
    private readonly Dictionary<string, JobKind> _kinds;
    private readonly TieringOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<JobRunner> _logger;
    private readonly string _owner = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    public JobRunner(JobStore store, IEnumerable<JobKind> kinds, IOptions<TieringOptions> options, TimeProvider time, ILogger<JobRunner> logger)
    {
        _store = store;
        _kinds = kinds.ToDictionary(kind => kind.Name);
        _options = options.Value;
        _time = time;
        _logger = logger;
        _slots = new SemaphoreSlim(_options.MaximumJobs, _options.MaximumJobs);
    }

    /// <summary>Puts a job into the queue and wakes this process's workers. Returns at once.</summary>
    /// <param name="arguments">JSON, for the kind.</param>
    public async Task<Job> StartJobAsync(string kind, string? tableName, string? arguments, CancellationToken cancellationToken)
    {
        if (!_kinds.ContainsKey(kind))
        {
            throw new TieringException(TieringErrorKind.InvalidArgument, $"There is no kind of job '{kind}'; there are: {string.Join(", ", _kinds.Keys.Order())}.");
        }

        var job = await _store.AddAsync(kind, tableName, arguments, cancellationToken);
        _wake.Release();
        return job;
    }

    /// <summary>Waits until a job is over.</summary>
    /// <returns>The job as it ended.</returns>
    /// <exception cref="TieringException">JobNotFound.</exception>
    public async Task<Job> WaitAsync(Guid id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var job = await _store.FindAsync(id, cancellationToken)
                ?? throw TieringException.NoJob(id);
            if (job.IsOver)
            {
                return job;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken);
        }
    }

    /// <summary>Cancels a job, wherever it runs: here at once, elsewhere at the next renewal of its lease.</summary>
    /// <returns>False when there is none, or it is over.</returns>
    public async Task<bool> CancelAsync(Guid id, CancellationToken cancellationToken)
    {
        var cancelled = await _store.CancelAsync(id, "Cancelled by request.", cancellationToken);
        if (cancelled && _running.TryGetValue(id, out var running))
        {
            await running.CancelAsync();
        }

        return cancelled;
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
        _slots.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.RemoveAll(task => task.IsCompleted);
                await _slots.WaitAsync(stoppingToken);
                var job = await TryLeaseAsync(stoppingToken);
                if (job is null)
                {
                    _slots.Release();
                    await WaitForWorkAsync(stoppingToken);
                }
                else
                {
                    running.Add(RunAndReleaseAsync(job, stoppingToken));
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task<Job?> TryLeaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _store.TryLeaseAsync(_owner, _kinds.Keys, _options.JobLease, cancellationToken);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or InvalidOperationException { InnerException: NpgsqlException })
        {
            // PostgreSQL is away for now; jobs wait in it.
            Log.PollFailed(_logger, error);
            return null;
        }
    }

    /// <summary>Until this process has a new job, or it is time to look for those of others.</summary>
    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(_options.JobPollInterval, _time, patience.Token);
        var woken = _wake.WaitAsync(patience.Token);
        await Task.WhenAny(timer, woken);
        await patience.CancelAsync();
        await ((Task)woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await timer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task RunAndReleaseAsync(Job job, CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(job, stoppingToken);
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            // How it ended could not be stored: the lease runs out and another process sees to it.
            Log.Lost(_logger, job.Id, job.Kind, error);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task RunAsync(Job job, CancellationToken stoppingToken)
    {
        var kind = _kinds[job.Kind];
        var progress = new JobProgress();
        // Leased now but started before: its process died.
        var isTakenOver = job.LeaseExpiresAt - job.StartedAt > _options.JobLease + TimeSpan.FromSeconds(1);
        if (isTakenOver && !kind.IsResumable)
        {
            await FinishAsync(job, JobState.Failed, "The process that ran this job died, and such a job cannot be taken up again. Start it anew.", progress);
            return;
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _running[job.Id] = cancellation;
        using var renewing = new CancellationTokenSource();
        var renewal = RenewAsync(job, progress, cancellation, renewing.Token);
        try
        {
            Log.Started(_logger, job.Id, job.Kind, job.TableName);
            var message = await kind.RunAsync(job, progress, cancellation.Token);
            await StopRenewalAsync();
            await FinishAsync(job, JobState.Succeeded, message, progress);
            Log.Succeeded(_logger, job.Id, job.Kind, job.TableName, message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await StopRenewalAsync();
            // By request: the store knows already. By the end of this process: resumable work goes back to the queue as its lease runs out.
            if (!stoppingToken.IsCancellationRequested || !kind.IsResumable)
            {
                await FinishAsync(job, JobState.Cancelled, stoppingToken.IsCancellationRequested ? "The gateway was stopped." : "Cancelled.", progress);
            }

            Log.Cancelled(_logger, job.Id, job.Kind, job.TableName);
        }
        catch (Exception error)
        {
            await StopRenewalAsync();
            await FinishAsync(job, JobState.Failed, error.Message, progress);
            Log.Failed(_logger, job.Id, job.Kind, job.TableName, error);
        }
        finally
        {
            _running.TryRemove(job.Id, out _);
        }

        async Task StopRenewalAsync()
        {
            await renewing.CancelAsync();
            await renewal;
        }
    }

    private Task<bool> FinishAsync(Job job, JobState state, string message, JobProgress progress)
    {
        var current = progress.Current;
        return _store.FinishAsync(job.Id, _owner, state, message, current.Rows, current.Bytes, CancellationToken.None);
    }

    /// <summary>Shows the progress and keeps the lease; stops the work when that is lost.</summary>
    private async Task RenewAsync(Job job, JobProgress progress, CancellationTokenSource work, CancellationToken cancellationToken)
    {
        var period = TimeSpan.FromTicks(Math.Max(1, Math.Min(_options.JobLease.Ticks / 3, TimeSpan.TicksPerSecond)));
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(period, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                var current = progress.Current;
                if (!await _store.RenewAsync(
                    job.Id, _owner, _options.JobLease, current.Fraction, current.Message, current.Rows, current.Bytes, cancellationToken))
                {
                    await work.CancelAsync();
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                Log.RenewalFailed(_logger, job.Id, error);
            }
        }
    }
}
