using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Scan;

/// <summary>Plans over tables of other engines, compared with what is known of them.</summary>
public class ScanPlannerFixtureTests
{
    public static TheoryData<string> CasesWithPlans => new(FixtureTables.With("plan"));

    public static TheoryData<string> CasesWithPruning => new(FixtureTables.With("pruning"));

    [SharedTheory]
    [MemberData(nameof(CasesWithPlans))]
    public async Task PlanAsync_NoFilter_SelectsEveryDataFile(string name)
    {
        var expected = FixtureTables.Find(name).GetProperty("plan");

        var plan = await CreateSut(name).PlanAsync(await FixtureTables.ScanAsync(name), default);

        Assert.Equal(expected.GetProperty("data_files").GetInt32(), plan.FilesSelected);
        Assert.Equal(plan.FilesSelected, plan.FilesTotal);
        Assert.Equal(expected.GetProperty("records_in_data_files").GetInt64(), plan.RecordsSelected);
        Assert.All(plan.Tasks, task => Assert.True(task.Residual.IsTrue));
    }

    [SharedTheory]
    [MemberData(nameof(CasesWithPruning))]
    public async Task PlanAsync_Filter_PrunesAsFarAsKnown(string name)
    {
        var scan = await FixtureTables.ScanAsync(name);
        var planner = CreateSut(name);
        foreach (var pruning in FixtureTables.Find(name).GetProperty("pruning").EnumerateArray())
        {
            var where = pruning.GetProperty("where").GetString()!;
            var plan = await planner.PlanAsync(scan with { Filter = FixturePredicate.Parse(where, scan.Schema) }, default);

            Assert.Equal(
                (where, pruning.GetProperty("files_total").GetInt64(), pruning.GetProperty("files_by_partition").GetInt64(), pruning.GetProperty("files_by_partition_and_bounds").GetInt32()),
                (where, plan.FilesTotal, plan.FilesInMatchingPartitions, plan.FilesSelected));
        }
    }

    [SharedTheory]
    [InlineData("impala-position-deletes-partitioned")]
    [InlineData("duckdb-equality-delete-cross-partition")]
    [InlineData("impala-v3-deletion-vectors")]
    [InlineData("impala-both-equality-and-position-deletes")]
    [InlineData("cxx-granular-position-deletes")]
    public async Task PlanAsync_TableWithDeletes_AttachesThem(string name)
    {
        var plan = await CreateSut(name).PlanAsync(await FixtureTables.ScanAsync(name), default);

        // Every data file with a deletion vector has that alone of the position deletes, and all deletes are as old as the file or younger.
        Assert.Contains(plan.Tasks, task => !task.Deletes.IsEmpty);
        Assert.All(plan.Tasks, task => Assert.All(task.Deletes, delete => Assert.True(delete.SequenceNumber >= task.SequenceNumber)));
        Assert.All(plan.Tasks.Where(task => task.Deletes.Any(delete => delete.File.IsDeletionVector)), task =>
            Assert.Single(task.Deletes, delete => delete.File.Content == FileContent.PositionDeletes));
    }

    [SharedTheory]
    [InlineData("test-branch", null, "7558608030923099867")]
    [InlineData("EOW-01", null, "293191470325800019")]
    [InlineData("main", null, "154324552338474173")]
    [InlineData(null, "2024-04-24T09:46:38.500Z", "7558608030923099867")]
    [InlineData(null, "2024-04-24T09:46:38.101Z", "5231658854638766100")]
    public async Task At_RefOrTime_ResolvesTheSnapshot(string? reference, string? time, string snapshotId)
    {
        var scan = TableScan.Of(await FixtureTables.LoadAsync("cxx-branch-and-tag"));

        scan = reference is not null ? scan.AtRef(reference) : scan.AtTime(DateTimeOffset.Parse(time!).ToUnixTimeMilliseconds());

        Assert.Equal(snapshotId, scan.Snapshot!.SnapshotId.ToString());
    }

    [SharedFact]
    public async Task At_Unknown_SaysWhatThereIs()
    {
        var scan = TableScan.Of(await FixtureTables.LoadAsync("cxx-branch-and-tag"));

        Assert.EndsWith("has no snapshot 1.", Assert.Throws<IcebergException>(() => scan.AtSnapshot(1)).Message);
        Assert.Contains("has no branch or tag 'dev'; it has ", Assert.Throws<IcebergException>(() => scan.AtRef("dev")).Message);
        Assert.EndsWith("has no snapshot as of 1970-01-01 00:00:00.001Z.", Assert.Throws<IcebergException>(() => scan.AtTime(1)).Message);
    }

    [SharedFact]
    public async Task PlanAsync_Again_ReadsNothing()
    {
        var scan = await FixtureTables.ScanAsync("cxx-partition-evolution");
        var cache = new ManifestCache(FixtureTables.StoresOf("cxx-partition-evolution"), 64 << 20);
        var first = await new ScanPlanner(cache).PlanAsync(scan, default);

        var second = await new ScanPlanner(cache).PlanAsync(scan, default);

        Assert.Same(first.Tasks[0].File, second.Tasks[0].File);
        Assert.True(cache.Bytes > 0);
    }

    private static ScanPlanner CreateSut(string name) => new(new ManifestCache(FixtureTables.StoresOf(name), 256 << 20));
}
