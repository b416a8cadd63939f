using System.Runtime.CompilerServices;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>
/// Tells of jobs as they change, whichever process works on them; of parts of others to those who watch them by id. While anybody watches, PostgreSQL is asked at an interval, once for all
/// who watch. Nothing is queued: who is slow is given the newest state of each job and not those between. Thread-safe.
/// </summary>
public sealed partial class JobWatcher(JobStore store, IOptions<TieringOptions> options, TimeProvider time, ILogger<JobWatcher> logger)
    : BackgroundService
{
    /// <summary>How many jobs are looked at, beside those watched by id.</summary>
    private const int MostJobs = 1_000;

    /// <summary>How long a job that has ended is shown to those who are slow.</summary>
    private static readonly TimeSpan EndedWithin = TimeSpan.FromMinutes(1);

    private readonly LoopFailures _failures = new("Looking at the jobs that are watched", time, logger);
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, int> _watchedIds = [];
    private int _watchers;
    private TaskCompletionSource _watched = NewSignal();
    private TaskCompletionSource _news = NewSignal();
    private Sighting _last = new(0, new Dictionary<Guid, Job>());
    private long _looks;
    private bool _mustTell;

    /// <summary>The job as it is now, then each change, until the job is over.</summary>
    /// <exception cref="TieringException">JobNotFound.</exception>
    public async Task<IAsyncEnumerable<Job>> WatchAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } job
            ? FollowAsync(WithoutLease(job), cancellationToken)
            : throw TieringException.NoJob(id);

    /// <summary>Each change of any job from now on, new jobs included, without end.</summary>
    public async Task<IAsyncEnumerable<Job>> WatchAllAsync(CancellationToken cancellationToken) =>
        FollowAllAsync(await LookAsync([], cancellationToken), cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Somebody().WaitAsync(stoppingToken);
                await LookAndTellAsync(stoppingToken);
                await Task.Delay(options.Value.JobWatchInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of this process.
        }
    }

    private async IAsyncEnumerable<Job> FollowAsync(Job job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return job;
        using var watch = new Watch(this, job.Id);
        while (!job.IsOver && (await watch.NextAsync(cancellationToken)).TryGetValue(job.Id, out var now))
        {
            if (now != job)
            {
                yield return job = now;
            }
        }
    }

    private async IAsyncEnumerable<Job> FollowAllAsync(
        IReadOnlyDictionary<Guid, Job> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = new Watch(this, id: null);
        while (true)
        {
            var jobs = await watch.NextAsync(cancellationToken);
            foreach (var job in jobs.Values.OrderBy(job => job.CreatedAt))
            {
                if (!known.TryGetValue(job.Id, out var before) || before != job)
                {
                    yield return job;
                }
            }

            known = jobs;
        }
    }

    private async Task LookAndTellAsync(CancellationToken cancellationToken)
    {
        long number;
        bool mustTell;
        List<Guid> ids;
        lock (_gate)
        {
            number = ++_looks;
            // Who comes while this look is under way waits for the next one.
            (mustTell, _mustTell) = (_mustTell, false);
            // Those that were open: so that their end is seen, however many jobs there are.
            ids = [.. _watchedIds.Keys, .. _last.Jobs.Values.Where(job => !job.IsOver).Select(job => job.Id)];
        }

        try
        {
            var jobs = await LookAsync(ids, cancellationToken);
            _failures.Succeeded();
            lock (_gate)
            {
                var isNews = mustTell || jobs.Count != _last.Jobs.Count
                    || jobs.Any(job => !_last.Jobs.TryGetValue(job.Key, out var before) || before != job.Value);
                _last = new Sighting(number, jobs);
                if (isNews)
                {
                    _news.TrySetResult();
                    _news = NewSignal();
                }
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Mostly PostgreSQL is away for now; who watches waits with us.
            _failures.Failed(error, failure => Log.WatchFailed(logger, failure));
            lock (_gate)
            {
                _mustTell = true;
            }
        }
    }

    private async Task<Dictionary<Guid, Job>> LookAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        (await store.ListOpenAsync(ids, EndedWithin, MostJobs, cancellationToken)).ToDictionary(job => job.Id, WithoutLease);

    /// <summary>Done when somebody watches.</summary>
    private Task Somebody()
    {
        lock (_gate)
        {
            return _watched.Task;
        }
    }

    /// <summary>A lease is renewed all the time, and taken over, which is no news.</summary>
    private static Job WithoutLease(Job job) => job with { LeaseOwner = null, LeaseExpiresAt = null, Fence = 0, Takeovers = 0 };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was there at one look. Looks are numbered as they begin.</summary>
    private sealed record Sighting(long Number, IReadOnlyDictionary<Guid, Job> Jobs);

    /// <summary>One who watches, until disposed of.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly JobWatcher _watcher;
        private readonly Guid? _id;
        private long _seen;

        public Watch(JobWatcher watcher, Guid? id)
        {
            _watcher = watcher;
            _id = id;
            lock (watcher._gate)
            {
                // A look that is under way may be older than what this one knows already.
                _seen = watcher._looks;
                watcher._mustTell = true;
                if (id is { } watched)
                {
                    watcher._watchedIds[watched] = watcher._watchedIds.GetValueOrDefault(watched) + 1;
                }

                if (watcher._watchers++ == 0)
                {
                    watcher._watched.SetResult();
                }
            }
        }

        /// <returns>The newest sighting that this one has not seen.</returns>
        public async Task<IReadOnlyDictionary<Guid, Job>> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task news;
                lock (_watcher._gate)
                {
                    var last = _watcher._last;
                    if (last.Number > _seen)
                    {
                        _seen = last.Number;
                        return last.Jobs;
                    }

                    news = _watcher._news.Task;
                }

                await news.WaitAsync(cancellationToken);
            }
        }

        public void Dispose()
        {
            lock (_watcher._gate)
            {
                if (_id is { } watched && --_watcher._watchedIds[watched] == 0)
                {
                    _watcher._watchedIds.Remove(watched);
                }

                if (--_watcher._watchers == 0)
                {
                    _watcher._watched = NewSignal();
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.JobWatchFailed, LogLevel.Warning, "The jobs that are being watched could not be looked at; it is tried again")]
        public static partial void WatchFailed(ILogger logger, Exception error);
    }
}
