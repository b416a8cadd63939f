using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Jobs;

/// <summary>What becomes of jobs whose process stops, dies, or loses touch.</summary>
public class JobLeaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Kind = "test";
    private static readonly TimeSpan Lapsed = TimeSpan.FromSeconds(-1);

    /// <summary>For jobs that lose touch: the work is broken off four fifths of it later, also when nothing but the machine stands still.</summary>
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongLease = TimeSpan.FromHours(1);

    [Fact]
    public async Task Stop_ResumableJob_WaitsInTheQueue()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var work = new Work();
        using var runner = Runner(tiers, work.RunAsync);
        await runner.StartAsync(CancellationToken.None);
        var job = await runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        await work.Begun.Task;

        await runner.StopAsync(CancellationToken.None);

        var left = (await tiers.Get<JobStore>().FindAsync(job.Id, CancellationToken.None))!;
        Assert.Equal((JobState.Queued, "Broken off: the gateway was stopped.", null, 0), (left.State, left.Message, left.LeaseOwner, left.Takeovers));
        using var next = Runner(tiers, work.RunAsync);
        await next.StartAsync(CancellationToken.None);
        Assert.Equal((JobState.Succeeded, "done"), await EndAsync(next, job.Id));
        await next.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stop_JobThatIsNotResumable_IsCancelled()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var work = new Work();
        using var runner = Runner(tiers, work.RunAsync, isResumable: false);
        await runner.StartAsync(CancellationToken.None);
        var job = await runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        await work.Begun.Task;

        await runner.StopAsync(CancellationToken.None);

        Assert.Equal((JobState.Cancelled, "The gateway was stopped."), await EndAsync(runner, job.Id));
        var refused = await Assert.ThrowsAsync<TieringException>(() => runner.ResumeAsync(job.Id, CancellationToken.None));
        Assert.Equal($"Job {job.Id} is not resumed: jobs of the kind 'test' cannot be taken up again. Start it anew.", refused.Message);
    }

    [Fact]
    public async Task Renewal_ThatIsNotAnswered_BreaksTheWorkOffByItself()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var work = new Work();
        using var runner = Runner(tiers, work.RunAsync, lease: ShortLease);
        await runner.StartAsync(CancellationToken.None);
        var job = await runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        await work.Begun.Task;

        await using (var connection = await tiers.Postgres.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("SELECT id FROM federated_query.jobs FOR UPDATE", connection);
            await command.ExecuteScalarAsync();
            await work.BrokenOff.Task;
        }

        Assert.Equal((JobState.Succeeded, "done"), await EndAsync(runner, job.Id));
        await runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Renewal_OfAJobThatAnotherHasTaken_BreaksTheWorkOff()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var work = new Work();
        using var runner = Runner(tiers, work.RunAsync);
        await runner.StartAsync(CancellationToken.None);
        var job = await runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        await work.Begun.Task;

        await tiers.ExecuteAsync("UPDATE federated_query.jobs SET fence = fence + 1, lease_owner = 'other'");
        await work.BrokenOff.Task;
        await runner.StopAsync(CancellationToken.None);

        var now = (await tiers.Get<JobStore>().FindAsync(job.Id, CancellationToken.None))!;
        Assert.Equal((JobState.Running, "other"), (now.State, now.LeaseOwner));
    }

    [Fact]
    public async Task TakenOver_TooOften_IsGivenUpUntilResumed()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var store = tiers.Get<JobStore>();
        var job = await store.AddAsync(Kind, "t", null, CancellationToken.None);
        for (var death = 0; death <= 3; death++)
        {
            Assert.NotNull(await store.TryLeaseAsync($"dead {death}", [Kind], Lapsed, CancellationToken.None));
        }

        using var runner = Runner(tiers, (_, _, _) => Task.FromResult("done"));
        await runner.StartAsync(CancellationToken.None);

        var (state, message) = await EndAsync(runner, job.Id);
        Assert.Equal(JobState.Failed, state);
        Assert.StartsWith("4 processes died at work on this job", message, StringComparison.Ordinal);
        await runner.ResumeAsync(job.Id, CancellationToken.None);
        Assert.Equal((JobState.Succeeded, "done"), await EndAsync(runner, job.Id));
        await runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task TakenOver_SessionsOfTheFormerHolder_AreEnded()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var store = tiers.Get<JobStore>();
        var job = await store.AddAsync(Kind, "t", null, CancellationToken.None);
        var paused = (await store.TryLeaseAsync("paused", [Kind], Lapsed, CancellationToken.None))!;
        await using var connection = await tiers.Postgres.OpenConnectionAsync();
        await JobSessions.MarkAsync(connection, paused, CancellationToken.None);
        Assert.NotNull(await SessionLock.TryAcquireAsync(connection, "the right", CancellationToken.None));
        using var runner = Runner(tiers, async (taken, _, token) =>
        {
            // A right that a paused process would keep.
            await using var own = await tiers.Postgres.OpenConnectionAsync(token);
            await JobSessions.MarkAsync(own, taken, token);
            SessionLock? right;
            while ((right = await SessionLock.TryAcquireAsync(own, "the right", token)) is null)
            {
                await Task.Delay(20, token);
            }

            await right.DisposeAsync();
            return "done";
        });
        await runner.StartAsync(CancellationToken.None);

        Assert.Equal((JobState.Succeeded, "done"), await EndAsync(runner, job.Id));

        await using var ask = new NpgsqlCommand("SELECT 1", connection);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ask.ExecuteScalarAsync());
        await runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Resume_JobThatIsOpenOrDone_IsRefused()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        using var runner = Runner(tiers, (_, _, _) => Task.FromResult("done"));
        var cancelled = await runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        Assert.True(await runner.CancelAsync(cancelled.Id, CancellationToken.None));
        var open = await runner.StartJobAsync(Kind, "t", null, CancellationToken.None);

        var queued = await Assert.ThrowsAsync<TieringException>(() => runner.ResumeAsync(open.Id, CancellationToken.None));
        var same = await Assert.ThrowsAsync<TieringException>(() => runner.ResumeAsync(cancelled.Id, CancellationToken.None));
        var unknown = await Assert.ThrowsAsync<TieringException>(() => runner.ResumeAsync(Guid.NewGuid(), CancellationToken.None));

        Assert.Equal($"Job {open.Id} is not resumed: it is queued; only jobs that failed or were cancelled are.", queued.Message);
        Assert.Equal($"Job {cancelled.Id} is not resumed: job {open.Id} does the same already.", same.Message);
        Assert.Equal(TieringErrorKind.JobNotFound, unknown.Kind);
    }

    [Fact]
    public async Task Start_SameTwice_IsOneJob()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        using var runner = Runner(tiers, (_, _, _) => Task.FromResult("done"));

        var same = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => runner.StartJobAsync(Kind, "t", """{"n":1}""", CancellationToken.None)));
        var other = await runner.StartJobAsync(Kind, "t", """{"n":2}""", CancellationToken.None);

        Assert.Single(same.Select(job => job.Id).Distinct());
        Assert.NotEqual(same[0].Id, other.Id);
    }

    private static async Task<(JobState State, string Message)> EndAsync(JobRunner runner, Guid id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var ended = await runner.WaitAsync(id, patience.Token);
        return (ended.State, ended.Message);
    }

    private static JobRunner Runner(
        TieringScene tiers, Func<Job, JobProgress, CancellationToken, Task<string>> run, bool isResumable = true, TimeSpan? lease = null) => new(
        tiers.Get<JobStore>(),
        [new JobKind(Kind, run) { IsResumable = isResumable }],
        Microsoft.Extensions.Options.Options.Create(
            new TieringOptions { JobLease = lease ?? LongLease, JobPollInterval = TimeSpan.FromMilliseconds(50), MaximumTakeovers = 3 }),
        TimeProvider.System, NullLogger<JobRunner>.Instance);

    /// <summary>Goes on until it is broken off; the second time it is done at once.</summary>
    private sealed class Work
    {
        private int _times;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource BrokenOff { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _times) > 1)
            {
                return "done";
            }

            Begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return "never";
            }
            finally
            {
                BrokenOff.SetResult();
            }
        }
    }
}
