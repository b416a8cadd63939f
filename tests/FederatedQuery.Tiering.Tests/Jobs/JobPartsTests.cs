using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tests.Moves;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Tiering.Tests.Jobs;

public class JobPartsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Kind = "test";
    private static readonly TimeSpan Lapsed = TimeSpan.FromSeconds(-1);

    [Fact]
    public async Task Work_TwoProcesses_ShareTheParts()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var bothAtWork = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var owners = new HashSet<string>();
        using var first = new Process(tiers, WorkAsync);
        using var second = new Process(tiers, WorkAsync);
        await first.Runner.StartAsync(CancellationToken.None);
        await second.Runner.StartAsync(CancellationToken.None);

        var job = await first.Runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        var ended = await first.Runner.WaitAsync(job.Id, CancellationToken.None);

        Assert.Equal((JobState.Succeeded, "3 of 3: 30 rows"), (ended.State, ended.Message));
        Assert.Equal((30, 300, 1.0), (ended.Rows, ended.Bytes, ended.Progress));
        Assert.Equal(2, owners.Count);
        Assert.Equal(job.Id, Assert.Single(await tiers.Get<JobStore>().ListAsync(10, CancellationToken.None)).Id);
        await second.Runner.StopAsync(CancellationToken.None);
        await first.Runner.StopAsync(CancellationToken.None);

        // No part ends before both processes have one.
        async Task WorkAsync(Job part, JobProgress progress, CancellationToken cancellationToken)
        {
            lock (owners)
            {
                owners.Add(part.LeaseOwner!);
                if (owners.Count == 2)
                {
                    bothAtWork.TrySetResult();
                }
            }

            await bothAtWork.Task.WaitAsync(cancellationToken);
            progress.Add(10, 100);
        }
    }

    [Fact]
    public async Task Work_PartsThatOthersHave_LeavesTheSlotToOtherJobs()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var store = tiers.Get<JobStore>();
        using var process = new Process(tiers, (_, _, _) => Task.CompletedTask);
        var job = await DivideByAnotherAsync(store);
        Job[] parts = [await LeaseAsync(store, job), await LeaseAsync(store, job), await LeaseAsync(store, job)];
        await process.Runner.StartAsync(CancellationToken.None);

        // There is one slot, and the job waits.
        var other = await process.Runner.StartJobAsync("other", null, null, CancellationToken.None);
        Assert.Equal(JobState.Succeeded, (await process.Runner.WaitAsync(other.Id, CancellationToken.None)).State);
        Assert.Equal(JobState.Running, (await store.FindAsync(job.Id, CancellationToken.None))!.State);

        foreach (var part in parts)
        {
            await store.FinishAsync(part, JobState.Succeeded, "done", 1, 10, CancellationToken.None);
        }

        Assert.Equal("3 of 3: 3 rows", (await process.Runner.WaitAsync(job.Id, CancellationToken.None)).Message);
        await process.Runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Work_DeadProcessTakenOver_FindsTheParts()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var store = tiers.Get<JobStore>();
        using var process = new Process(tiers, (_, progress, _) =>
        {
            progress.Add(1, 10);
            return Task.CompletedTask;
        });
        var job = await DivideByAnotherAsync(store);
        await process.Runner.StartAsync(CancellationToken.None);

        var ended = await process.Runner.WaitAsync(job.Id, CancellationToken.None);

        Assert.Equal((JobState.Succeeded, "3 of 3: 3 rows", 1), (ended.State, ended.Message, ended.Takeovers));
        await process.Runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Work_PartThatFails_IsNamedAndResumed()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var isBroken = true;
        using var process = new Process(tiers, (part, progress, _) =>
        {
            progress.Add(1, 10);
            return part.Arguments == """{"n": 2}""" && isBroken ? throw new IOException("The disk is full.") : Task.CompletedTask;
        });
        await process.Runner.StartAsync(CancellationToken.None);
        var job = await process.Runner.StartJobAsync(Kind, "t", null, CancellationToken.None);

        var failed = await process.Runner.WaitAsync(job.Id, CancellationToken.None);
        Assert.Equal(JobState.Failed, failed.State);
        Assert.Matches("""^1 of 3 things were not done; the first is \{"n": 2\} \(job [-0-9a-f]{36}\): The disk is full\.$""", failed.Message);

        isBroken = false;
        var part = await tiers.Get<JobStore>().FindFailedPartAsync(job.Id, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<TieringException>(() => process.Runner.ResumeAsync(part!.Id, CancellationToken.None));
        Assert.Contains($"it is a part of job {job.Id}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(JobState.Queued, (await process.Runner.ResumeAsync(job.Id, CancellationToken.None)).State);
        Assert.Equal("3 of 3: 3 rows", (await process.Runner.WaitAsync(job.Id, CancellationToken.None)).Message);
        await process.Runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Cancel_JobWithParts_EndsAll()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var process = new Process(tiers, async (_, _, token) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        await process.Runner.StartAsync(CancellationToken.None);
        var job = await process.Runner.StartJobAsync(Kind, "t", null, CancellationToken.None);
        await entered.Task;

        Assert.True(await process.Runner.CancelAsync(job.Id, CancellationToken.None));

        Assert.Equal(JobState.Cancelled, (await process.Runner.WaitAsync(job.Id, CancellationToken.None)).State);
        Assert.Equal(new JobPartsSummary(3, 0, 3, 0, 0, 0), await tiers.Get<JobStore>().SummarizePartsAsync(job.Id, CancellationToken.None));
        // The slot is free again.
        var other = await process.Runner.StartJobAsync("other", null, null, CancellationToken.None);
        Assert.Equal(JobState.Succeeded, (await process.Runner.WaitAsync(other.Id, CancellationToken.None)).State);
        await process.Runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Archive_SeveralDays_AreOneJobInTheList()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var runner = scene.Tiers.Get<JobRunner>();
        await runner.StartAsync(CancellationToken.None);

        var started = await scene.Tiers.Get<TieringService>().ArchiveAsync("events", null, CancellationToken.None);
        var ended = await runner.WaitAsync(started.Id, CancellationToken.None);

        Assert.Equal((JobState.Succeeded, "Moved 2000 rows of 2 days older than 2026-02-13.", 2000L), (ended.State, ended.Message, ended.Rows));
        Assert.Equal(started.Id, Assert.Single(await scene.Tiers.Get<TieringService>().ListJobsAsync(10, CancellationToken.None)).Id);
        Assert.Equal(2, (await scene.Tiers.Get<JobStore>().SummarizePartsAsync(started.Id, CancellationToken.None)).WithRows);
        Assert.Equal((0, 2000), (await scene.HotAsync(), await scene.ColdAsync()));
        await runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task ArchiveLoop_SeveralAtOnce_QueueOneJob()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var loop = scene.Tiers.Get<ArchiveLoop>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => loop.RunOnceAsync(CancellationToken.None)));

        Assert.Single(await scene.Tiers.Get<JobStore>().ListAsync(10, CancellationToken.None));
    }

    /// <summary>A job of three parts whose process died.</summary>
    private static async Task<Job> DivideByAnotherAsync(JobStore store)
    {
        await store.AddAsync(Kind, "t", null, CancellationToken.None);
        var dead = (await store.TryLeaseAsync("dead", [Kind], Lapsed, CancellationToken.None))!;
        Assert.True(await store.AddPartsAsync(dead, Process.Parts, CancellationToken.None));
        return dead;
    }

    private static async Task<Job> LeaseAsync(JobStore store, Job parent) => (await store.TryLeaseAsync(
        new LeaseRequest
        {
            Owner = "other",
            Kinds = new Dictionary<string, string?> { [Kind] = null },
            Lease = TimeSpan.FromHours(1),
            ParentId = parent.Id,
        },
        CancellationToken.None))!;

    /// <summary>One that works on one job at a time: of three parts, or of a kind that does nothing.</summary>
    private sealed class Process : IDisposable
    {
        public static readonly string[] Parts = ["""{"n": 1}""", """{"n": 2}""", """{"n": 3}"""];

        private readonly JobParts _parts;
        private readonly Func<Job, JobProgress, CancellationToken, Task> _work;

        public Process(TieringScene tiers, Func<Job, JobProgress, CancellationToken, Task> work)
        {
            _work = work;
            var options = Microsoft.Extensions.Options.Options.Create(new TieringOptions { MaximumJobs = 1, JobPollInterval = TimeSpan.FromMilliseconds(50) });
            Runner = new JobRunner(
                tiers.Get<JobStore>(),
                [new JobKind(Kind, RunAsync) { IsResumable = true }, new JobKind("other", (_, _, _) => Task.FromResult("done"))],
                options, TimeProvider.System, NullLogger<JobRunner>.Instance);
            _parts = new JobParts(tiers.Get<JobStore>(), () => Runner, options, TimeProvider.System, NullLogger<JobParts>.Instance);
        }

        public JobRunner Runner { get; }

        public void Dispose() => Runner.Dispose();

        private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
        {
            if (job.ParentId is not null)
            {
                await _work(job, progress, cancellationToken);
                return "done";
            }

            if (!await _parts.ExistAsync(job, cancellationToken))
            {
                await _parts.DivideAsync(job, Parts, cancellationToken);
            }

            var summary = await _parts.WorkAsync(job, "things", progress, cancellationToken);
            return $"{summary.Total - summary.Failed} of {summary.Total}: {summary.Rows} rows";
        }
    }
}
