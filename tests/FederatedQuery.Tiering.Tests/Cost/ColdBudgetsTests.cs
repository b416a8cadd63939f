using FederatedQuery.Federation;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Moves;

namespace FederatedQuery.Tiering.Tests.Cost;

public class ColdBudgetsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Sql = "SELECT sum(amount) FROM events";

    [Fact]
    public async Task Run_MoreThanAQueryMayRead_IsRefusedBeforeItReads()
    {
        await using var scene = await MoveScene.StartAsync(postgres, queries: options => options.MaximumColdBytesPerQuery = 10);
        await scene.ArchiveAsync();

        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => RunAsync(scene, Caller.Anonymous));

        var bytes = (long)error.Details["bytesToRead"]!;
        Assert.Equal(FailureKind.ColdBytesExceeded, error.Kind);
        Assert.True(bytes > 10);
        Assert.Equal((10L, 2), (error.Details["limit"], error.Details["filesToRead"]));
        Assert.Equal(
            FormattableString.Invariant($"The query was not run: it would read {bytes:N0} bytes, in 2 of the 2 cold files of table 'events' ({bytes:N0} bytes). MAX_COLD_BYTES_PER_QUERY allows one query 10 bytes. Narrow 'events' with a condition on 'at', or name the columns that are needed; explainQuery tells beforehand what a statement reads."),
            error.Message);
        // What reads no cold file goes on.
        Assert.Equal("0", await scene.Tiers.FederatedAsync("SELECT count(*) FROM events WHERE \"at\" >= '2026-03-01'"));
    }

    [Fact]
    public async Task Run_MoreThanACallerMayReadInADay_IsRefusedForHimAlone()
    {
        await using var probe = await MoveScene.StartAsync(postgres);
        await probe.ArchiveAsync();
        var each = await RunAsync(probe, Caller.Anonymous);
        await using var scene = await MoveScene.StartAsync(postgres, queries: options => options.MaximumColdBytesPerCaller = (2 * each) + (each / 2));
        await scene.ArchiveAsync();

        Assert.Equal(each, await RunAsync(scene, new Caller("ada")));
        Assert.Equal(each, await RunAsync(scene, new Caller("ada")));
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => RunAsync(scene, new Caller("ada")));
        Assert.Equal(each, await RunAsync(scene, new Caller("bob")));

        Assert.Equal(FailureKind.ColdBudgetSpent, error.Kind);
        Assert.Equal((2 * each, (2 * each) + (each / 2)), (error.Details["spent"], error.Details["limit"]));
        Assert.Contains("'ada' has read ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2 * each, await SpentAsync(scene, "ada"));
    }

    /// <summary>Twenty at once, with room for seven: seven are let through, whoever they are.</summary>
    [Fact]
    public async Task Run_ManyAtOnce_DoNotOverspend()
    {
        await using var probe = await MoveScene.StartAsync(postgres);
        await probe.ArchiveAsync();
        var each = await RunAsync(probe, Caller.Anonymous);
        await using var scene = await MoveScene.StartAsync(postgres, queries: options => options.MaximumColdBytesPerCaller = 7 * each);
        await scene.ArchiveAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return await RunAsync(scene, Caller.Anonymous) == each;
            }
            catch (FederatedQueryException error) when (error.Kind == FailureKind.ColdBudgetSpent)
            {
                return false;
            }
        }));

        Assert.Equal(7, runs.Count(ran => ran));
        Assert.Equal(7 * each, await SpentAsync(scene, Caller.Anonymous.Id));
    }

    [Fact]
    public async Task Run_FileCannotBeOpened_CostsNothing()
    {
        await using var scene = await MoveScene.StartAsync(postgres, queries: options => options.MaximumColdBytesPerCaller = long.MaxValue);
        await scene.ArchiveAsync();
        foreach (var file in Directory.EnumerateFiles(scene.Tiers.File("warehouse"), "*.parquet", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        await Assert.ThrowsAsync<FederatedQueryException>(() => RunAsync(scene, Caller.Anonymous));

        Assert.Equal(0, await SpentAsync(scene, Caller.Anonymous.Id));
    }

    [Fact]
    public async Task Run_FirstOfADay_ForgetsDaysLongPast()
    {
        await using var scene = await MoveScene.StartAsync(postgres, queries: options => options.MaximumColdBytesPerCaller = long.MaxValue);
        await scene.ArchiveAsync();
        await scene.Tiers.ExecuteAsync("INSERT INTO federated_query.cold_usage SELECT 'ada', current_date - g, 1 FROM generate_series(1, 100) g");

        await RunAsync(scene, new Caller("bob"));

        Assert.InRange(await scene.Tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.cold_usage"), 30, 33);
    }

    private static async Task<long> RunAsync(MoveScene scene, Caller caller)
    {
        using var answer = await scene.Tiers.Get<QueryService>().RunFederatedAsync(new QueryRequest { Sql = Sql, Caller = caller }, CancellationToken.None);
        return answer.Report.ColdBytesCharged;
    }

    private static Task<long> SpentAsync(MoveScene scene, string caller) =>
        scene.Tiers.ScalarAsync<long>($"SELECT coalesce(sum(bytes), 0)::bigint FROM federated_query.cold_usage WHERE caller = '{caller}'");
}
