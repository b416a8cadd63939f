using System.Globalization;
using FederatedQuery.Hot.Control;

namespace FederatedQuery.Tiering.Jobs;

/// <remarks>One job, from its lease to its end.</remarks>
public sealed partial class JobRunner
{
    /// <summary>How long the store is given to take down how a job ended, while its lease is sure.</summary>
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StoreRetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Works on the parts of a job, in the job's own slot, as long as there are any that nobody else has; then frees the slot for other jobs, since all
    /// that is left is to wait.
    /// </summary>
    internal async Task WorkOnPartsAsync(Job job, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && await TryLeaseAsync(job.Id, cancellationToken) is { } part)
        {
            await RunAsync(part, slot: null);
        }

        FreeSlot(job);
    }

    /// <param name="leased">The job.</param>
    /// <param name="slot">Freed at the end; null: it runs in that of its parent.</param>
    private async Task RunAsync(LeasedJob leased, JobSlot? slot)
    {
        var job = leased.Job;
        try
        {
            if (slot is not null)
            {
                _held[job.Id] = slot;
            }

            await RunAsync(leased);
        }
        catch (Exception error)
        {
            // How it ended could not be stored: the lease runs out and another process sees to it.
            Log.Lost(_logger, job.Id, job.Kind, error);
        }
        finally
        {
            _held.TryRemove(job.Id, out _);
            slot?.Free();
        }
    }

    private async Task RunAsync(LeasedJob leased)
    {
        var (job, kind, progress) = (leased.Job, _kinds[leased.Job.Kind], new JobProgress());
        await using var heartbeat = new JobHeartbeat(_store, job, leased.At, progress, _options.JobLease, _time, _logger, _stopping);
        if (Refusal(job, kind) is { } refusal)
        {
            Log.GivenUp(_logger, job.Id, job.Kind, job.TableName, refusal);
            await EndAsync(JobState.Failed, refusal);
            return;
        }

        _running[job.Id] = heartbeat;
        var span = _metrics.Started(job);
        var (started, outcome) = (_time.GetTimestamp(), JobOutcome.Lost);
        try
        {
            if (job.Takeovers > 0)
            {
                Log.TakenOver(_logger, job.Id, job.Kind, job.TableName, job.Takeovers, await _store.EndFormerSessionsAsync(job, heartbeat.Work));
            }

            Log.Started(_logger, job.Id, job.Kind, job.TableName);
            var message = await kind.RunAsync(job, progress, heartbeat.Work);
            if (await EndAsync(JobState.Succeeded, message))
            {
                outcome = JobOutcome.Succeeded;
                Log.Succeeded(_logger, job.Id, job.Kind, job.TableName, message);
            }
        }
        catch (OperationCanceledException) when (heartbeat.Work.IsCancellationRequested)
        {
            await BreakOffAsync();
        }
        catch (Exception error) when (kind.IsResumable && IsConnectionBroken(error))
        {
            // Not the work's fault: left to its lease, which counts how often that happens.
            Log.Lost(_logger, job.Id, job.Kind, error);
        }
        catch (TieringException busy) when (busy.Kind == TieringErrorKind.Busy && kind.RetriesBusy && job.Deferrals < _options.MaximumDeferrals)
        {
            await DeferAsync(busy.Message);
        }
        catch (Exception error)
        {
            var isStored = await EndAsync(JobState.Failed, error.Message);
            outcome = isStored ? JobOutcome.Failed : outcome;
            if (isStored || error is not TieringException { Kind: TieringErrorKind.LeaseLost })
            {
                Log.Failed(_logger, job.Id, job.Kind, job.TableName, error);
            }
        }
        finally
        {
            _running.TryRemove(job.Id, out _);
            _metrics.Ended(job.Kind, outcome, _time.GetElapsedTime(started), span);
        }

        async Task DeferAsync(string reason)
        {
            var pause = _options.BusyPause * Math.Pow(2, job.Deferrals);
            var current = progress.Current;
            var message = string.Create(CultureInfo.InvariantCulture, $"Put off for {pause.TotalSeconds:0} seconds. {reason}");
            if (await StoreAsync(token => _store.DeferAsync(job, pause, message, current.Rows, current.Bytes, token), heartbeat))
            {
                outcome = JobOutcome.Deferred;
                Log.Deferred(_logger, job.Id, job.Kind, job.TableName, pause.TotalSeconds, job.Deferrals + 1, reason);
            }
            else
            {
                Log.Cancelled(_logger, job.Id, job.Kind, job.TableName);
            }
        }

        async Task BreakOffAsync()
        {
            switch (heartbeat.Interruption)
            {
                case JobInterruption.Cancelled or JobInterruption.LeaseLost:
                    // The store knows already.
                    outcome = JobOutcome.Cancelled;
                    Log.Cancelled(_logger, job.Id, job.Kind, job.TableName);
                    break;

                case var reason when kind.IsResumable:
                    await StoreAsync(
                        token => _store.ReleaseAsync(
                            job, reason == JobInterruption.OutOfTouch ? "Broken off: PostgreSQL was out of reach." : "Broken off: the gateway was stopped.", token),
                        heartbeat);
                    outcome = JobOutcome.Released;
                    Log.Released(_logger, job.Id, job.Kind, job.TableName);
                    break;

                case JobInterruption.OutOfTouch:
                    await EndAsync(JobState.Failed, "PostgreSQL was out of reach, and such a job cannot be taken up again. Start it anew.");
                    outcome = JobOutcome.Failed;
                    break;

                default:
                    await EndAsync(JobState.Cancelled, "The gateway was stopped.");
                    outcome = JobOutcome.Cancelled;
                    Log.Cancelled(_logger, job.Id, job.Kind, job.TableName);
                    break;
            }
        }

        async Task<bool> EndAsync(JobState state, string message)
        {
            var current = progress.Current;
            if (await StoreAsync(token => _store.FinishAsync(job, state, message, current.Rows, current.Bytes, token), heartbeat))
            {
                return true;
            }

            Log.Cancelled(_logger, job.Id, job.Kind, job.TableName);
            return false;
        }
    }

    /// <summary>Why a leased job is not worked on; null: it is.</summary>
    private string? Refusal(Job job, JobKind kind) => job.Takeovers switch
    {
        > 0 when !kind.IsResumable => "The process that ran this job died, and such a job cannot be taken up again. Start it anew.",
        var takeovers when takeovers > _options.MaximumTakeovers =>
            $"{takeovers} processes died at work on this job, or lost touch with PostgreSQL, one after the other; it is not tried again by itself. "
            + "Their logs may tell why; resumeJob puts it back into the queue.",
        _ => null,
    };

    /// <summary>Ends the renewals and stores how the job ended, trying again while the lease is sure: a short absence of PostgreSQL is no reason to do it all again.</summary>
    /// <returns>False when the lease is lost.</returns>
    private async Task<bool> StoreAsync(Func<CancellationToken, Task<bool>> store, JobHeartbeat heartbeat)
    {
        await heartbeat.StopAsync();
        while (true)
        {
            using var timeout = new CancellationTokenSource(StoreTimeout, _time);
            try
            {
                var isStored = await store(timeout.Token);
                _storing.Succeeded();
                return isStored;
            }
            catch (Exception error) when (IsPostgresAway(error) && heartbeat.Left > StoreRetryDelay && !_stopping.IsCancellationRequested)
            {
                _storing.Failed(error, failure => Log.StoreFailed(_logger, failure));
                await Task.Delay(StoreRetryDelay, _time, CancellationToken.None);
            }
        }
    }
}
