using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;

namespace FederatedQuery.Tiering.Tests.Jobs;

public class JobWatcherTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Owner = "another process";

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Watch_OneJob_GivesItsStateThenChangesThenEnds()
    {
        await using var scene = await WatchScene.StartAsync(postgres);
        var job = await scene.AddAsync("watched");
        await scene.AddAsync("other");

        await using var events = (await scene.Watcher.WatchAsync(job.Id, scene.Patience)).GetAsyncEnumerator();
        Assert.Equal(JobState.Queued, (await NextAsync(events)).State);
        var leased = await scene.LeaseAsync();
        Assert.Equal(JobState.Running, (await NextAsync(events)).State);
        Assert.True(await scene.Store.RenewAsync(leased, Lease, 0.5, "half", 5, 50, CancellationToken.None));
        var half = await NextAsync(events);
        Assert.Equal((0.5, "half", 5, 50), (half.Progress, half.Message, half.Rows, half.Bytes));
        Assert.True(await scene.Store.FinishAsync(leased, JobState.Succeeded, "done", 10, 100, CancellationToken.None));
        var ended = await NextAsync(events);
        Assert.Equal((JobState.Succeeded, 1.0, "done"), (ended.State, ended.Progress, ended.Message));

        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task Watch_RenewedLease_IsNoNews()
    {
        await using var scene = await WatchScene.StartAsync(postgres);
        var job = await scene.AddAsync("watched");
        var leased = await scene.LeaseAsync();

        await using var events = (await scene.Watcher.WatchAsync(job.Id, scene.Patience)).GetAsyncEnumerator();
        await NextAsync(events);
        Assert.True(await scene.Store.RenewAsync(leased, Lease * 2, 0, "", 0, 0, CancellationToken.None));
        Assert.Equal([job.Id], await scene.Store.CancelAsync(job.Id, "enough", CancellationToken.None));

        Assert.Equal((JobState.Cancelled, "enough"), ((await NextAsync(events)).State, events.Current.Message));
    }

    [Fact]
    public async Task Watch_JobThatIsOver_GivesItOnce()
    {
        await using var scene = await WatchScene.StartAsync(postgres);
        var job = await scene.AddAsync("watched");
        Assert.Equal([job.Id], await scene.Store.CancelAsync(job.Id, "enough", CancellationToken.None));

        var states = await (await scene.Watcher.WatchAsync(job.Id, scene.Patience)).Select(now => now.State).ToListAsync();

        Assert.Equal([JobState.Cancelled], states);
    }

    [Fact]
    public async Task Watch_UnknownJob_SaysSo()
    {
        await using var scene = await WatchScene.StartAsync(postgres);
        var id = Guid.Parse("01890000-0000-7000-8000-000000000001");

        var error = await Assert.ThrowsAsync<TieringException>(() => scene.Watcher.WatchAsync(id, CancellationToken.None));

        Assert.Equal(
            (TieringErrorKind.JobNotFound, "There is no job 01890000-0000-7000-8000-000000000001; `jobs` lists those there are."), (error.Kind, error.Message));
    }

    [Fact]
    public async Task WatchAll_JobsOfOthers_GivesChangesFromNowOn()
    {
        await using var scene = await WatchScene.StartAsync(postgres);
        await scene.AddAsync("before");

        await using var events = (await scene.Watcher.WatchAllAsync(scene.Patience)).GetAsyncEnumerator();
        // Between the subscription and the first look at its events nothing is lost.
        var first = await scene.AddAsync("first");
        var second = await scene.AddAsync("second");

        Assert.Equal(("first", JobState.Queued), ((await NextAsync(events)).TableName, events.Current.State));
        Assert.Equal(("second", JobState.Queued), ((await NextAsync(events)).TableName, events.Current.State));
        await scene.Store.CancelAsync(second.Id, "enough", CancellationToken.None);
        Assert.Equal(("second", JobState.Cancelled), ((await NextAsync(events)).TableName, events.Current.State));
        await scene.Store.CancelAsync(first.Id, "enough", CancellationToken.None);
        Assert.Equal(("first", JobState.Cancelled), ((await NextAsync(events)).TableName, events.Current.State));
    }

    [Fact]
    public async Task Watch_WhoIsSlow_SkipsToTheNewestState()
    {
        await using var scene = await WatchScene.StartAsync(postgres);
        var job = await scene.AddAsync("watched");
        await using var slow = (await scene.Watcher.WatchAsync(job.Id, scene.Patience)).GetAsyncEnumerator();
        await using var quick = (await scene.Watcher.WatchAsync(job.Id, scene.Patience)).GetAsyncEnumerator();
        await NextAsync(slow);
        await NextAsync(quick);
        var waiting = NextAsync(slow);
        var leased = await scene.LeaseAsync();
        await NextAsync(quick);
        await waiting;

        for (var i = 1; i <= 3; i++)
        {
            Assert.True(await scene.Store.RenewAsync(leased, Lease, 0, $"step {i}", i, 0, CancellationToken.None));
            Assert.Equal($"step {i}", (await NextAsync(quick)).Message);
        }

        Assert.Equal("step 3", (await NextAsync(slow)).Message);
    }

    private static async Task<Job> NextAsync(IAsyncEnumerator<Job> events)
    {
        Assert.True(await events.MoveNextAsync());
        return events.Current;
    }

    /// <summary>A watcher at work, and jobs that another process does.</summary>
    private sealed class WatchScene : IAsyncDisposable
    {
        private readonly TieringScene _tiers;
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));

        private WatchScene(TieringScene tiers)
        {
            _tiers = tiers;
        }

        public JobStore Store => _tiers.Get<JobStore>();

        public JobWatcher Watcher => _tiers.Get<JobWatcher>();

        /// <summary>Ends a test that waits for an event in vain.</summary>
        public CancellationToken Patience => _patience.Token;

        public static async Task<WatchScene> StartAsync(PostgresFixture postgres)
        {
            var scene = new WatchScene(await TieringScene.StartAsync(postgres, options => options.JobWatchInterval = TimeSpan.FromMilliseconds(20)));
            await scene.Watcher.StartAsync(CancellationToken.None);
            return scene;
        }

        /// <summary>The oldest job.</summary>
        public async Task<Job> LeaseAsync() => (await Store.TryLeaseAsync(Owner, ["test"], Lease, CancellationToken.None))!;

        public Task<Job> AddAsync(string table) => Store.AddAsync("test", table, null, CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await Watcher.StopAsync(CancellationToken.None);
            await _tiers.DisposeAsync();
            _patience.Dispose();
        }
    }
}
