using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Hot.Tests.Control;

public class JobStoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lapsed = TimeSpan.FromSeconds(-1);

    private static readonly Dictionary<string, string?> Kinds = new() { ["compact"] = "maintenance", ["expire"] = "maintenance", ["archive"] = null };

    [Fact]
    public async Task TryLeaseAsync_JobsOfOneGroupAndTable_AreLeasedOneAtATime()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        var first = await jobs.AddAsync("compact", "sales", null, CancellationToken.None);
        var second = await jobs.AddAsync("expire", "sales", null, CancellationToken.None);
        var elsewhere = await jobs.AddAsync("expire", "orders", null, CancellationToken.None);
        var apart = await jobs.AddAsync("archive", "sales", null, CancellationToken.None);

        var leased = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryLeaseAsync(jobs, Lease)));

        Assert.Equal(
            new[] { first.Id, elsewhere.Id, apart.Id }.Order(), leased.OfType<Job>().Select(job => job.Id).Order());
        var running = leased.OfType<Job>().Single(job => job.Id == first.Id);

        // A job and its parts are one.
        await jobs.AddPartsAsync(running, ["{}"], CancellationToken.None);
        var part = (await TryLeaseAsync(jobs, Lease))!;
        Assert.Equal(running.Id, part.ParentId);
        Assert.Null(await TryLeaseAsync(jobs, Lease));

        await jobs.FinishAsync(running, JobState.Succeeded, "", 0, 0, CancellationToken.None);
        Assert.Null(await TryLeaseAsync(jobs, Lease));
        await jobs.FinishAsync(part, JobState.Succeeded, "", 0, 0, CancellationToken.None);
        Assert.Equal(second.Id, (await TryLeaseAsync(jobs, Lease))!.Id);
    }

    [Fact]
    public async Task ReleaseAsync_LeasedJob_IsLeasedAgainAtOnce()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        await jobs.AddAsync("archive", "sales", null, CancellationToken.None);
        var first = (await TryLeaseAsync(jobs, Lease))!;

        Assert.True(await jobs.ReleaseAsync(first, "stopped", CancellationToken.None));

        var second = (await TryLeaseAsync(jobs, Lease))!;
        Assert.Equal((first.Id, first.Fence + 1, 0), (second.Id, second.Fence, second.Takeovers));
    }

    [Fact]
    public async Task AddPartsAsync_LeaseThatAnotherHasTaken_AddsNone()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        await jobs.AddAsync("archive", "sales", null, CancellationToken.None);
        var first = (await TryLeaseAsync(jobs, Lapsed))!;
        var second = (await TryLeaseAsync(jobs, Lease))!;

        Assert.False(await jobs.AddPartsAsync(first, ["{}"], CancellationToken.None));

        Assert.Equal(0, (await jobs.SummarizePartsAsync(second.Id, CancellationToken.None)).Total);
    }

    [Fact]
    public async Task AddOrFindAsync_RunningJob_IsGivenWhereThatWillDo()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        var first = await jobs.AddOrFindAsync("archive", "sales", """{"a":1,"b":2}""", joinsRunning: false, CancellationToken.None);
        Assert.Equal(first.Id, (await jobs.AddOrFindAsync("archive", "sales", """{"b":2, "a":1}""", joinsRunning: false, CancellationToken.None)).Id);
        Assert.NotEqual(first.Id, (await jobs.AddOrFindAsync("archive", "orders", """{"a":1,"b":2}""", joinsRunning: false, CancellationToken.None)).Id);
        Assert.NotEqual(first.Id, (await jobs.AddOrFindAsync("archive", "sales", null, joinsRunning: false, CancellationToken.None)).Id);
        Assert.Equal(first.Id, (await TryLeaseAsync(jobs, Lease))!.Id);

        Assert.Equal(first.Id, (await jobs.AddOrFindAsync("archive", "sales", """{"a":1,"b":2}""", joinsRunning: true, CancellationToken.None)).Id);
        Assert.NotEqual(first.Id, (await jobs.AddOrFindAsync("archive", "sales", """{"a":1,"b":2}""", joinsRunning: false, CancellationToken.None)).Id);
    }

    [Fact]
    public async Task RemoveEndedAsync_JobsThatEndedLongAgo_GoWithTheirParts()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        await jobs.AddAsync("archive", "old", null, CancellationToken.None);
        var old = (await TryLeaseAsync(jobs, Lease))!;
        await jobs.AddPartsAsync(old, ["{}", "{}"], CancellationToken.None);
        await jobs.CancelAsync(old.Id, "", CancellationToken.None);
        var ended = await jobs.AddAsync("archive", "new", null, CancellationToken.None);
        await jobs.CancelAsync(ended.Id, "", CancellationToken.None);
        var open = await jobs.AddAsync("archive", "open", null, CancellationToken.None);
        await database.ExecuteAsync("UPDATE federated_query.jobs SET finished_at = finished_at - interval '31 days' WHERE table_name = 'old'");

        Assert.Equal(3, await jobs.RemoveEndedAsync(TimeSpan.FromDays(30), 100, CancellationToken.None));
        Assert.Equal(0, await jobs.RemoveEndedAsync(TimeSpan.FromDays(30), 100, CancellationToken.None));

        Assert.Equal([open.Id, ended.Id], (await jobs.ListAsync(10, CancellationToken.None)).Select(job => job.Id));
    }

    [Fact]
    public async Task FailUnknownAsync_KindThatNobodyKnows_EndsAfterAWhile()
    {
        await using var database = await StartAsync();
        var jobs = new JobStore(database.Connections, TimeProvider.System);
        var unknown = await jobs.AddAsync("gone", "sales", null, CancellationToken.None);
        await jobs.AddAsync("archive", "sales", null, CancellationToken.None);
        Assert.Equal(0, await jobs.FailUnknownAsync(["archive"], TimeSpan.FromDays(1), CancellationToken.None));
        await database.ExecuteAsync("UPDATE federated_query.jobs SET created_at = created_at - interval '2 days'");

        Assert.Equal(1, await jobs.FailUnknownAsync(["archive"], TimeSpan.FromDays(1), CancellationToken.None));

        Assert.Equal(JobState.Failed, (await jobs.FindAsync(unknown.Id, CancellationToken.None))!.State);
    }

    private static Task<Job?> TryLeaseAsync(JobStore jobs, TimeSpan lease) =>
        jobs.TryLeaseAsync(new LeaseRequest { Owner = "a", Kinds = Kinds, Lease = lease }, CancellationToken.None);

    private async Task<HotDatabase> StartAsync()
    {
        var database = await HotDatabase.CreateAsync(postgres);
        await new ControlMigrator(database.Connections, NullLogger<ControlMigrator>.Instance).MigrateAsync(CancellationToken.None);
        return database;
    }
}
