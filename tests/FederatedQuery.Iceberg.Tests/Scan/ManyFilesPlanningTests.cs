using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Scan;

/// <summary>Planning over 20,000 files in 200 manifests: what is opened, and what comes from the cache.</summary>
public sealed class ManyFilesPlanningTests : IDisposable
{
    private const string Location = "s3://warehouse/events";
    private const int Days = 200;
    private const int FilesPerDay = 100;

    private readonly TemporaryFolder _folder = new();
    private readonly CountingObjectStore _store;
    private readonly ObjectStoreRegistry _stores;

    public ManyFilesPlanningTests()
    {
        _store = new CountingObjectStore(new LocalObjectStore(_folder.FullPath, TimeProvider.System));
        _stores = new ObjectStoreRegistry(new ObjectStoreRegistry.Root("s3://warehouse", _store));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PlanAsync_OneDay_OpensOneManifestOf200()
    {
        var table = await ManyFilesTable.WriteAsync(_stores, Location, ManyFilesTable.ByDay, Days, FilesPerDay, default);
        var cache = new ManifestCache(_stores, 256 << 20);
        var scan = TableScan.Of(table) with { Filter = ManyFilesTable.OfDay(77) };

        var first = await new ScanPlanner(cache).PlanAsync(scan, default);
        var opened = _store.Opened.Keys.Order().ToList();
        _store.Reset();
        var second = await new ScanPlanner(cache).PlanAsync(scan, default);
        var nextDay = await new ScanPlanner(cache).PlanAsync(scan with { Filter = ManyFilesTable.OfDay(78) }, default);

        Assert.Equal((Days, 1, (long)Days * FilesPerDay, FilesPerDay), (first.ManifestsTotal, first.ManifestsRead, first.FilesTotal, first.FilesSelected));
        Assert.Equal(["events/metadata/day-77.avro", "events/metadata/snap-1.avro"], opened);
        Assert.Equal(first.Tasks.Select(task => task.File.FilePath), second.Tasks.Select(task => task.File.FilePath));
        Assert.Equal(FilesPerDay, nextDay.FilesSelected);
        Assert.Equal([new("events/metadata/day-78.avro", 1)], _store.Opened);
    }

    [Fact]
    public async Task PlanAsync_BoundsAlone_FindTheDaysFilesAndReadEachManifestOnce()
    {
        var table = await ManyFilesTable.WriteAsync(_stores, Location, PartitionSpec.Unpartitioned, Days, FilesPerDay, default);
        var planner = new ScanPlanner(new ManifestCache(_stores, 256 << 20));

        var plans = await Task.WhenAll(Enumerable.Range(10, 3).Select(day => planner.PlanAsync(
            TableScan.Of(table) with { Filter = Expression.And(ManyFilesTable.OfDay(day), Expression.Equal("level", Literal.String("INFO"))) }, default)));

        Assert.All(plans, plan => Assert.Equal((Days, FilesPerDay), (plan.ManifestsRead, plan.FilesSelected)));
        Assert.Equal(Days + 1, _store.Opened.Count);
        Assert.All(_store.Opened.Values, times => Assert.Equal(1, times));
    }
}
