using System.Collections.Concurrent;
using FederatedQuery.Hot.Connections;
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
    private readonly Dictionary<string, string?> _groups;
    private readonly TieringOptions _options;
    private readonly TimeProvider _time;
    private readonly JobMetrics _metrics;
    private readonly ILogger<JobRunner> _logger;
    private readonly string _owner = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";
    private readonly LoopFailures _looking;
    private readonly LoopFailures _storing;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<Guid, JobHeartbeat> _running = new();
    private readonly ConcurrentDictionary<Guid, JobSlot> _held = new();
    private CancellationToken _stopping;

    public JobRunner(
        JobStore store, IEnumerable<JobKind> kinds, IOptions<TieringOptions> options, TimeProvider time, ILogger<JobRunner> logger, JobMetrics? metrics = null)
    {
        _store = store;
        _kinds = kinds.ToDictionary(kind => kind.Name);
        _groups = _kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Exclusive);
        _options = options.Value;
        _time = time;
        _metrics = metrics ?? new JobMetrics();
        _logger = logger;
        _looking = new LoopFailures("Looking for queued jobs", time, logger);
        _storing = new LoopFailures("Storing how a job ended", time, logger);
        _slots = new SemaphoreSlim(_options.MaximumJobs, _options.MaximumJobs);
    }

    /// <summary>The kinds of jobs that this process can do.</summary>
    public IReadOnlyCollection<string> Kinds => _kinds.Keys;

    /// <summary>
    /// Puts a job into the queue and wakes this process's workers. Returns at once. When one of the same kind, table and arguments is queued or running
    /// (see <see cref="JobKind.JoinsRunning"/>), that is the job.
    /// </summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="tableName">The table it is done to; null: none, and every call makes a job.</param>
    /// <param name="arguments">JSON, for the kind.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public async Task<Job> StartJobAsync(string kind, string? tableName, string? arguments, CancellationToken cancellationToken)
    {
        if (!_kinds.TryGetValue(kind, out var known))
        {
            throw new TieringException(TieringErrorKind.InvalidArgument, $"There is no kind of job '{kind}'; there are: {string.Join(", ", _kinds.Keys.Order())}.");
        }

        var job = tableName is null
            ? await _store.AddAsync(kind, null, arguments, cancellationToken)
            : await _store.AddOrFindAsync(kind, tableName, arguments, known.JoinsRunning, cancellationToken);
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

    /// <summary>Cancels a job and its parts, wherever they run: here at once, elsewhere at the next renewal of the lease.</summary>
    /// <returns>False when there is none, or it is over.</returns>
    public async Task<bool> CancelAsync(Guid id, CancellationToken cancellationToken)
    {
        var cancelled = await _store.CancelAsync(id, "Cancelled by request.", cancellationToken);
        foreach (var job in cancelled)
        {
            if (_running.TryGetValue(job, out var running))
            {
                await running.InterruptAsync(JobInterruption.Cancelled);
            }
        }

        return cancelled.Count > 0;
    }

    /// <summary>Puts a job that failed or was cancelled back into the queue, with those of its parts that did.</summary>
    /// <returns>The job as it is queued.</returns>
    /// <exception cref="TieringException">JobNotFound. NotAllowed: it is of a kind, or in a state, that is not resumed.</exception>
    public async Task<Job> ResumeAsync(Guid id, CancellationToken cancellationToken)
    {
        var job = await _store.FindAsync(id, cancellationToken) ?? throw TieringException.NoJob(id);
        if (job.ParentId is { } parent)
        {
            throw Refused($"it is a part of job {parent}. Resume that one: the parts that failed or were cancelled go with it.");
        }

        if (!_kinds.TryGetValue(job.Kind, out var kind) || !kind.IsResumable)
        {
            throw Refused($"jobs of the kind '{job.Kind}' cannot be taken up again. Start it anew.");
        }

        var queued = await _store.ResumeAsync(id, cancellationToken)
            ?? throw Refused($"it is {job.State.ToString().ToLowerInvariant()}; only jobs that failed or were cancelled are.");
        if (queued.Id != id)
        {
            throw Refused($"job {queued.Id} does the same already.");
        }

        _wake.Release();
        return queued;

        TieringException Refused(string why) => new(TieringErrorKind.NotAllowed, $"Job {id} is not resumed: {why}");
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
        _slots.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.RemoveAll(task => task.IsCompleted);
                await _slots.WaitAsync(stoppingToken);
                if (await TryStartAsync(stoppingToken) is { } started)
                {
                    running.Add(started);
                }
                else
                {
                    await WaitForWorkAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>Frees the slot of a job that has nothing left to do but wait, for other jobs.</summary>
    internal void FreeSlot(Job job)
    {
        if (_held.TryGetValue(job.Id, out var slot))
        {
            slot.Free();
        }
    }

    /// <summary>For parts that were just queued.</summary>
    internal void Wake() => _wake.Release(_options.MaximumJobs);

    /// <summary>Begins work on a job, in a slot that the caller has taken.</summary>
    /// <returns>The work; null when there is none, and the slot is free again.</returns>
    private async Task<Task?> TryStartAsync(CancellationToken cancellationToken)
    {
        var slot = new JobSlot(_slots);
        Task? started = null;
        try
        {
            return started = await TryLeaseAsync(parentId: null, cancellationToken) is { } leased ? RunAsync(leased, slot) : null;
        }
        finally
        {
            if (started is null)
            {
                slot.Free();
            }
        }
    }

    private async Task<LeasedJob?> TryLeaseAsync(Guid? parentId, CancellationToken cancellationToken)
    {
        try
        {
            var before = _time.GetTimestamp();
            var request = new LeaseRequest { Owner = _owner, Kinds = _groups, Lease = _options.JobLease, ParentId = parentId };
            var job = await _store.TryLeaseAsync(request, cancellationToken);
            _looking.Succeeded();
            return job is null ? null : new LeasedJob(job, before);
        }
        catch (Exception error) when (IsPostgresAway(error))
        {
            // Jobs wait in it.
            _looking.Failed(error, failure => Log.PollFailed(_logger, failure));
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

    /// <summary>A connection that broke, or whose session the server ended; not a statement that the server refused.</summary>
    private static bool IsConnectionBroken(Exception error) => error switch
    {
        // Operator intervention; idle_in_transaction_session_timeout.
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal) || refused.SqlState == "25P03",
        NpgsqlException broken => broken.IsTransient,
        InvalidOperationException { InnerException: NpgsqlException inner } => IsConnectionBroken(inner),
        _ => false,
    };

    private static bool IsPostgresAway(Exception error) => error is NpgsqlException or TimeoutException or InvalidOperationException { InnerException: NpgsqlException };

    /// <param name="Job">As it was leased.</param>
    /// <param name="At">A timestamp from before the lease was asked for.</param>
    private sealed record LeasedJob(Job Job, long At);
}
