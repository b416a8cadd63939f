using System.Diagnostics.Metrics;
using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tests.Moves;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Tiering.Tests.Jobs;

public class JobRunnerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TieringOptions Options = new()
    {
        JobLease = TimeSpan.FromSeconds(2),
        JobPollInterval = TimeSpan.FromMilliseconds(50),
        MaximumJobs = 2,
        BusyPause = TimeSpan.FromMilliseconds(10),
        MaximumDeferrals = 2,
    };

    [Fact]
    public async Task Archive_AsAJob_TellsWhatItMoved()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var service = scene.Tiers.Get<TieringService>();
        await scene.Tiers.Get<JobRunner>().StartAsync(CancellationToken.None);

        var started = await service.ArchiveAsync("events", new DateTimeOffset(2026, 2, 2, 15, 0, 0, TimeSpan.Zero), CancellationToken.None);
        var ended = await service.WaitForJobAsync(started.Id, CancellationToken.None);

        Assert.Equal((JobState.Queued, "archive", "events"), (started.State, started.Kind, started.TableName));
        Assert.Equal((JobState.Succeeded, "Moved 1000 rows of 1 days older than 2026-02-02."), (ended.State, ended.Message));
        Assert.Equal((1000, 1.0), (ended.Rows, ended.Progress));
        Assert.True(ended.Bytes > 0);
        Assert.Equal(1000, await scene.ColdAsync());

        var again = await service.WaitForJobAsync((await service.ArchiveAsync("public.events", null, CancellationToken.None)).Id, CancellationToken.None);
        Assert.Equal("Moved 1000 rows of 1 days older than 2026-02-13.", again.Message);
        var nothing = await service.WaitForJobAsync((await service.ArchiveAsync("events", null, CancellationToken.None)).Id, CancellationToken.None);
        Assert.Equal("Nothing to move: no rows older than 2026-02-13 are hot.", nothing.Message);
        Assert.Equal([nothing.Id, again.Id, ended.Id], (await service.ListJobsAsync(10, CancellationToken.None)).Select(job => job.Id));
        await scene.Tiers.Get<JobRunner>().StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Archive_UnknownTable_IsRefused()
    {
        await using var scene = await MoveScene.StartAsync(postgres);

        var error = await Assert.ThrowsAsync<TieringException>(
            () => scene.Tiers.Get<TieringService>().ArchiveAsync("evens", null, CancellationToken.None));

        Assert.Equal("Table 'evens' is not tiered, so it has nowhere to move to. Call configureTiering first. Tiered are: 'events'.", error.Message);
    }

    [Fact]
    public async Task Job_ThatFails_KeepsItsMessage()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        using var runner = Runner(tiers, new JobKind("test", (_, progress, _) =>
        {
            progress.Add(7, 70);
            throw new InvalidOperationException("The disk is full.");
        }));

        var job = await RunAsync(runner, CancellationToken.None);

        Assert.Equal((JobState.Failed, "The disk is full.", 7, 70), (job.State, job.Message, job.Rows, job.Bytes));
    }

    [Fact]
    public async Task Job_Cancelled_Stops()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var runner = Runner(tiers, new JobKind("test", async (_, _, token) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                return "never";
            }
            finally
            {
                left.SetResult(token.IsCancellationRequested);
            }
        }));
        await runner.StartAsync(CancellationToken.None);
        var job = await runner.StartJobAsync("test", null, null, CancellationToken.None);
        await entered.Task;

        Assert.True(await runner.CancelAsync(job.Id, CancellationToken.None));

        Assert.True(await left.Task);
        Assert.Equal(JobState.Cancelled, (await runner.WaitAsync(job.Id, CancellationToken.None)).State);
        Assert.False(await runner.CancelAsync(job.Id, CancellationToken.None));
        await runner.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData(true, JobState.Succeeded, "done")]
    [InlineData(false, JobState.Failed, "The process that ran this job died, and such a job cannot be taken up again. Start it anew.")]
    public async Task Job_OfADeadProcess_IsEnded(bool isResumable, JobState state, string message)
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var store = tiers.Get<JobStore>();
        var job = await store.AddAsync("test", "t", null, CancellationToken.None);
        Assert.NotNull(await store.TryLeaseAsync("dead", ["test"], TimeSpan.FromSeconds(-1), CancellationToken.None));
        using var runner = Runner(tiers, new JobKind("test", (_, _, _) => Task.FromResult("done")) { IsResumable = isResumable });
        await runner.StartAsync(CancellationToken.None);

        var ended = await runner.WaitAsync(job.Id, CancellationToken.None);

        Assert.Equal((state, message), (ended.State, ended.Message));
        await runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Jobs_MoreThanSlots_WaitTheirTurn()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var (now, most, gate) = (0, 0, new Lock());
        using var runner = Runner(tiers, new JobKind("test", async (_, _, token) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
            }

            await Task.Yield();
            lock (gate)
            {
                now--;
            }

            return "done";
        }));
        await runner.StartAsync(CancellationToken.None);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => runner.StartJobAsync("test", null, null, CancellationToken.None)));
        var ended = await Task.WhenAll(jobs.Select(job => runner.WaitAsync(job.Id, CancellationToken.None)));

        Assert.All(ended, job => Assert.Equal(JobState.Succeeded, job.State));
        Assert.InRange(most, 1, 2);
        await runner.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Job_ThatFindsItsTableBusy_IsPutOffAndTriedAgain()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var tries = 0;
        using var runner = Runner(tiers, new JobKind("test", (_, progress, _) =>
        {
            progress.Add(1, 10);
            return ++tries < 3 ? throw new TieringException(TieringErrorKind.Busy, "Somebody is at it.") : Task.FromResult("done");
        })
        { RetriesBusy = true });

        var job = await RunAsync(runner, CancellationToken.None);

        Assert.Equal((JobState.Succeeded, "done", 3, 2, 0), (job.State, job.Message, tries, job.Deferrals, job.Takeovers));
    }

    [Fact]
    public async Task Job_ThatFindsItsTableBusyEveryTime_Fails()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var tries = 0;
        using var runner = Runner(tiers, new JobKind("test", (_, _, _) =>
        {
            tries++;
            throw new TieringException(TieringErrorKind.Busy, "Somebody is at it.");
        })
        { RetriesBusy = true });

        var job = await RunAsync(runner, CancellationToken.None);

        Assert.Equal((JobState.Failed, "Somebody is at it.", 3), (job.State, job.Message, tries));
        var resumed = await tiers.Get<JobStore>().ResumeAsync(job.Id, CancellationToken.None);
        Assert.Equal((JobState.Queued, 0, null), (resumed!.State, resumed.Deferrals, resumed.NotBefore));
    }

    [Fact]
    public async Task Job_PutOff_IsTakenByNobodyBefore()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        var store = tiers.Get<JobStore>();
        await store.AddAsync("test", "t", null, CancellationToken.None);
        var job = (await store.TryLeaseAsync("one", ["test"], TimeSpan.FromMinutes(1), CancellationToken.None))!;

        Assert.True(await store.DeferAsync(job, TimeSpan.FromHours(1), "later", 5, 50, CancellationToken.None));

        Assert.Null(await store.TryLeaseAsync("two", ["test"], TimeSpan.FromMinutes(1), CancellationToken.None));
        var waiting = (await store.FindAsync(job.Id, CancellationToken.None))!;
        Assert.Equal((JobState.Queued, "later", 5, 50), (waiting.State, waiting.Message, waiting.Rows, waiting.Bytes));
        Assert.False(await store.DeferAsync(job, TimeSpan.Zero, "not mine", 0, 0, CancellationToken.None));
        await tiers.ExecuteAsync("UPDATE federated_query.jobs SET not_before = clock_timestamp()");
        Assert.NotNull(await store.TryLeaseAsync("two", ["test"], TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    /// <summary>A stop may come between a slot and its job.</summary>
    [Fact]
    public async Task Runner_StoppedAndStartedAgain_KeepsItsSlots()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        using var runner = Runner(tiers, new JobKind("test", (_, _, _) => Task.FromResult("done")));
        for (var i = 0; i < 10; i++)
        {
            await runner.StartAsync(CancellationToken.None);
            await runner.StopAsync(CancellationToken.None);
        }

        Assert.Equal(JobState.Succeeded, (await RunAsync(runner, CancellationToken.None)).State);
    }

    [Fact]
    public async Task Metrics_JobsThatEndInEachWay_AreCounted()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        using var metrics = new JobMetrics();
        var (started, running, outcomes) = (0L, 0L, new List<string>());
        using var listener = new MeterListener();
        // By name: other tests have instruments of the same names.
        const string Metered = "test-metered";
        listener.InstrumentPublished = (instrument, of) =>
        {
            if (instrument.Meter.Name == JobMetrics.MeterName)
            {
                of.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.Contains(new KeyValuePair<string, object?>("tiering.job.kind", Metered)))
            {
                (started, running) = instrument.Name == "tiering.jobs.started" ? (started + value, running) : (started, running + value);
            }
        });
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if (tags.Contains(new KeyValuePair<string, object?>("tiering.job.kind", Metered)))
            {
                outcomes.Add((string)tags[1].Value!);
            }
        });
        listener.Start();
        var tries = 0;
        using var runner = new JobRunner(
            tiers.Get<JobStore>(),
            [
                new JobKind(Metered, (_, _, _) => ++tries switch
                {
                    1 => throw new TieringException(TieringErrorKind.Busy, "busy"),
                    2 => Task.FromResult("done"),
                    _ => throw new InvalidOperationException("broken"),
                }) { RetriesBusy = true },
            ],
            Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System, NullLogger<JobRunner>.Instance, metrics);
        await runner.StartAsync(CancellationToken.None);

        for (var i = 0; i < 2; i++)
        {
            await runner.WaitAsync((await runner.StartJobAsync(Metered, null, null, CancellationToken.None)).Id, CancellationToken.None);
        }

        await runner.StopAsync(CancellationToken.None);
        Assert.Equal((3, 0), (started, running));
        Assert.Equal(["deferred", "succeeded", "failed"], outcomes);
    }

    [Fact]
    public async Task Loop_DaysThatAreDue_QueuesOneJob()
    {
        await using var scene = await MoveScene.StartAsync(postgres);
        var loop = scene.Tiers.Get<ArchiveLoop>();

        await loop.RunOnceAsync(CancellationToken.None);
        await loop.RunOnceAsync(CancellationToken.None);

        var job = Assert.Single(await scene.Tiers.Get<JobStore>().ListAsync(10, CancellationToken.None));
        Assert.Equal(("archive", "events", JobState.Queued), (job.Kind, job.TableName, job.State));
        Assert.Equal(
            8L, await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass AND inhrelid::regclass::text LIKE 'events_p202603%'"));
    }

    private static JobRunner Runner(TieringScene tiers, JobKind kind) => new(
        tiers.Get<JobStore>(), [kind], Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System, NullLogger<JobRunner>.Instance);

    private static async Task<Job> RunAsync(JobRunner runner, CancellationToken cancellationToken)
    {
        await runner.StartAsync(cancellationToken);
        var job = await runner.StartJobAsync("test", null, null, cancellationToken);
        var ended = await runner.WaitAsync(job.Id, cancellationToken);
        await runner.StopAsync(cancellationToken);
        return ended;
    }
}
