using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Transactions;

public class TableCommitterTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task CommitAsync_Appends_BuildUpTheTable()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var created = await fixture.CreateEventsAsync();

        var first = await fixture.AppendAsync(CatalogFixture.DataFile("a", day: 1), CatalogFixture.DataFile("b", day: 2));
        var second = await fixture.Committer.CommitAsync(
            fixture.Catalog,
            CatalogFixture.Events,
            [new AppendFiles([CatalogFixture.DataFile("c", day: 2, records: 5)], new Dictionary<string, string> { ["move-id"] = "42" })],
            default);

        var snapshot = second.Metadata.CurrentSnapshot!;
        Assert.Equal((first.Metadata.CurrentSnapshotId, 2L), (snapshot.ParentSnapshotId, snapshot.SequenceNumber));
        Assert.Equal(
            "added-data-files=1, added-files-size=500, added-records=5, changed-partition-count=1, entries-processed=0, manifests-created=1, manifests-kept=1, "
            + "manifests-replaced=0, move-id=42, operation=append, total-data-files=3, "
            + "total-delete-files=0, total-equality-deletes=0, total-files-size=2500, total-position-deletes=0, total-records=25",
            string.Join(", ", snapshot.Summary.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}")));
        Assert.Equal(
            [("/data/c.parquet", 2L), ("/data/a.parquet", 1L), ("/data/b.parquet", 1L)],
            (await fixture.EntriesAsync(second.Metadata)).Select(entry => (entry.DataFile.FilePath, entry.SequenceNumber)));
        Assert.Equal([created.MetadataLocation, first.MetadataLocation], second.Metadata.MetadataLog.Select(entry => entry.MetadataFile));
        Assert.Contains("/metadata/00002-", second.MetadataLocation);
        Assert.Equal(
            second.MetadataLocation,
            (await (await fixture.OpenAsync()).LoadTableAsync(CatalogFixture.Events, default)).MetadataLocation);
    }

    [Fact]
    public async Task CommitAsync_TwoRacingWriters_LoseNothing()
    {
        const int Writers = 2;
        const int Appends = 25;
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var catalog = await fixture.OpenAsync();
            for (var i = 0; i < Appends; i++)
            {
                await fixture.Committer.CommitAsync(catalog, CatalogFixture.Events, [new AppendFiles([CatalogFixture.DataFile($"{writer}-{i}")])], default);
            }
        })));

        var table = (await (await fixture.OpenAsync()).LoadTableAsync(CatalogFixture.Events, default));
        var entries = await fixture.EntriesAsync(table.Metadata);
        Assert.Equal(Writers * Appends, table.Metadata.Snapshots.Length);
        Assert.Equal(Enumerable.Range(1, Writers * Appends).Select(n => (long)n), table.Metadata.Snapshots.Select(snapshot => snapshot.SequenceNumber));
        Assert.Equal("500", table.Metadata.CurrentSnapshot!.Summary["total-records"]);
        Assert.Equal(
            Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Appends).Select(i => $"/data/{writer}-{i}.parquet")).Order(),
            entries.Select(entry => entry.DataFile.FilePath).Order());

        // Files of lost attempts are gone; all others are referenced. Data files are not in the warehouse here.
        var referenced = await ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, fixture.Manifests, default).ToListAsync();
        Assert.Equal(fixture.Files().Order(), referenced.Where(path => !path.StartsWith("/data/")).Order());
    }

    [Fact]
    public async Task CommitAsync_AlwaysTooLate_GivesUpAndCleansUp()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        var committer = new TableCommitter(
            fixture.Stores, fixture.Manifests, new CommitOptions { MaxAttempts = 2, MinDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        var faster = 0;
        var interference = new MetadataChange(table =>
        {
            // Somebody else commits between every load and every compare-and-set.
            fixture.Committer.CommitAsync(
                fixture.Catalog, CatalogFixture.Events, [new MetadataChange(current => current.WithProperties([new($"p{faster++}", "x")]))], default).GetAwaiter().GetResult();
            return table;
        });

        var exception = await Assert.ThrowsAsync<IcebergException>(() => committer.CommitAsync(
            fixture.Catalog, CatalogFixture.Events, [new AppendFiles([CatalogFixture.DataFile("late")]), interference], default));

        Assert.Equal(
            "Commit to table 'logs.events' failed: in each of 2 attempts somebody else committed first. Try again later.", exception.Message);
        Assert.True(exception.IsRetryable);
        var table = await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default);
        Assert.Empty(table.Metadata.Snapshots);
        Assert.Equal(
            fixture.Files().Order(),
            (await ReferencedFiles.ListAsync(table.Metadata, table.MetadataLocation, fixture.Manifests, default).ToListAsync()).Order());
    }

    [Fact]
    public async Task CommitAsync_ChangeThatDoesNotSuit_LeavesNoFiles()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        var before = fixture.Files().Order().ToList();

        var exception = await Assert.ThrowsAsync<IcebergException>(() => fixture.Committer.CommitAsync(
            fixture.Catalog,
            CatalogFixture.Events,
            [new AppendFiles([CatalogFixture.DataFile("a")]), new AppendFiles([CatalogFixture.DataFile("b") with { SpecId = 9 }])],
            default));

        Assert.Contains("it is of partition spec 9, which table ", exception.Message);
        Assert.Equal(before, fixture.Files().Order());
    }

    [Fact]
    public async Task CommitAsync_SeveralChanges_AreOneState()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();

        var table = await fixture.Committer.CommitAsync(
            fixture.Catalog,
            CatalogFixture.Events,
            [
                new AppendFiles([CatalogFixture.DataFile("a")]),
                new AppendFiles([CatalogFixture.DataFile("b")]),
                new MetadataChange(metadata => metadata.WithProperties([new("owner", "ann")])),
            ],
            default);

        Assert.Equal(2, table.Metadata.Snapshots.Length);
        Assert.Equal("ann", table.Metadata.Properties["owner"]);
        Assert.Equal(2, (await fixture.EntriesAsync(table.Metadata)).Count);
        Assert.Single(table.Metadata.MetadataLog);
    }

    [Fact]
    public async Task CommitAsync_OtherBranch_LeavesMainWhereItIs()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        var main = await fixture.AppendAsync(CatalogFixture.DataFile("a"));

        var table = await fixture.Committer.CommitAsync(
            fixture.Catalog, CatalogFixture.Events, [new AppendFiles([CatalogFixture.DataFile("b")], branch: "audit")], default);

        Assert.Equal(main.Metadata.CurrentSnapshotId, table.Metadata.CurrentSnapshotId);
        var audit = table.Metadata.FindSnapshot("audit")!;
        Assert.Equal((main.Metadata.CurrentSnapshotId, "2"), (audit.ParentSnapshotId, audit.Summary["total-data-files"]));
    }

    [Fact]
    public async Task PlanAsync_OwnTable_SkipsManifestsOfOtherDays()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        CatalogTable table = null!; // set by the loop
        for (var day = 0; day < 5; day++)
        {
            table = await fixture.AppendAsync(CatalogFixture.DataFile($"{day}-a", day), CatalogFixture.DataFile($"{day}-b", day));
        }

        var scan = TableScan.Of(table.Metadata) with
        {
            Filter = Expression.And(
                Expression.GreaterThanOrEqual("ts", Literal.Timestamptz(3 * 86_400_000_000)), Expression.LessThan("ts", Literal.Timestamptz(4 * 86_400_000_000))),
        };
        var plan = await new ScanPlanner(fixture.Manifests).PlanAsync(scan, default);

        Assert.Equal(["/data/3-a.parquet", "/data/3-b.parquet"], plan.Tasks.Select(task => task.File.FilePath).Order());
        Assert.Equal((5, 1, 10L), (plan.ManifestsTotal, plan.ManifestsRead, plan.FilesTotal));
        Assert.Equal((2000L, 20L), (plan.BytesSelected, plan.RecordsSelected));
        Assert.All(plan.Tasks, task => Assert.True(task.Residual.IsTrue, task.Residual.ToString()));
    }

    [Fact]
    public void AppendFiles_SameFileTwice_IsRefused()
    {
        var exception = Assert.Throws<IcebergException>(() => new AppendFiles([CatalogFixture.DataFile("a"), CatalogFixture.DataFile("a")]));

        Assert.Equal("Cannot add '/data/a.parquet': it is listed twice.", exception.Message);
    }
}
