using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Transactions;

/// <summary>Which changes go together with what others committed since they were planned.</summary>
public class ConflictTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Expression DayOne = Expression.And(
        Expression.GreaterThanOrEqual("ts", Literal.Timestamptz(Row.MicrosOfDay)), Expression.LessThan("ts", Literal.Timestamptz(2 * Row.MicrosOfDay)));

    private readonly RowFiles _files = new();

    [Fact]
    public async Task CommitAsync_RewriteOfRowsDeletedMeanwhile_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, file) = await CreateAsync(fixture);
        var rewrite = new RewriteFiles(table.Metadata.CurrentSnapshotId!.Value) { Removed = [file], Added = _files.Write(table.Metadata, Rows(1, 0, 10)) };
        await CommitAsync(fixture, new RowDelta([_files.Delete(file, Rows(1, 0, 1))], []));

        await RefusedAsync(fixture, rewrite, "would come back");
    }

    [Fact]
    public async Task CommitAsync_RewriteOfFileRewrittenMeanwhile_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, file) = await CreateAsync(fixture);
        RewriteFiles Rewrite() => new(table.Metadata.CurrentSnapshotId!.Value) { Removed = [file], Added = _files.Write(table.Metadata, Rows(1, 0, 10)) };
        await CommitAsync(fixture, Rewrite());

        await RefusedAsync(fixture, Rewrite(), "somebody else has removed or rewritten it");
    }

    [Fact]
    public async Task CommitAsync_RewriteWithEqualityDeletesMeanwhile_KeepsTheAgeOfTheRows()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, file) = await CreateAsync(fixture);
        var start = table.Metadata.CurrentSnapshot!;
        var equality = CatalogFixture.DataFile("by-id", day: 1) with { Content = FileContent.EqualityDeletes, EqualityIds = [1] };
        await CommitAsync(fixture, new RowDelta([equality], []));

        var after = await CommitAsync(fixture, new RewriteFiles(start.SnapshotId) { Removed = [file], Added = _files.Write(table.Metadata, Rows(1, 0, 10)) });

        var live = (await fixture.EntriesAsync(after.Metadata)).Where(entry => entry.IsLive && entry.DataFile.Content == FileContent.Data).ToList();
        Assert.Equal([(start.SequenceNumber, 3L)], live.Select(entry => (entry.SequenceNumber, entry.FileSequenceNumber)));
        var plan = await new ScanPlanner(fixture.Manifests).PlanAsync(TableScan.Of(after.Metadata), default);
        Assert.Equal(["/data/by-id.parquet"], plan.Tasks.Single().Deletes.Select(delete => delete.File.FilePath));
    }

    [Fact]
    public async Task CommitAsync_RowDeltaOnFileRewrittenMeanwhile_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, file) = await CreateAsync(fixture);
        var delta = new RowDelta([_files.Delete(file, Rows(1, 0, 1))], [])
        {
            Check = new ConflictCheck { FromSnapshotId = table.Metadata.CurrentSnapshotId, Isolation = CommitIsolation.Snapshot },
        };
        await CommitAsync(fixture, new RewriteFiles(table.Metadata.CurrentSnapshotId!.Value) { Removed = [file], Added = _files.Write(table.Metadata, Rows(1, 0, 10)) });

        await RefusedAsync(fixture, delta, "removed, and the change relies on it");
    }

    [Theory]
    [InlineData(CommitIsolation.Serializable, 1, true)]
    [InlineData(CommitIsolation.Serializable, 2, false)]
    [InlineData(CommitIsolation.Snapshot, 1, false)]
    public async Task CommitAsync_RowDeltaAndRowsAddedMeanwhile_GoesByIsolationAndFilter(CommitIsolation isolation, int addedDay, bool isRefused)
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, file) = await CreateAsync(fixture);
        var delta = new RowDelta([_files.Delete(file, Rows(1, 0, 1))], [])
        {
            Check = new ConflictCheck { FromSnapshotId = table.Metadata.CurrentSnapshotId, Filter = DayOne, Isolation = isolation },
        };
        await CommitAsync(fixture, new AppendFiles(_files.Write(table.Metadata, Rows(addedDay, 100, 5))));

        if (isRefused)
        {
            await RefusedAsync(fixture, delta, "it may hold rows that the change is about");
        }
        else
        {
            await CommitAsync(fixture, delta);
        }
    }

    [Fact]
    public async Task CommitAsync_ReplacedPartitionAddedToMeanwhile_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, _) = await CreateAsync(fixture);
        var replace = new ReplacePartitions(_files.Write(table.Metadata, Rows(1, 50, 3))) { Check = new ConflictCheck { FromSnapshotId = table.Metadata.CurrentSnapshotId } };
        await CommitAsync(fixture, new AppendFiles(_files.Write(table.Metadata, Rows(1, 100, 5))));

        await RefusedAsync(fixture, replace, "it may hold rows that the change is about");
    }

    [Fact]
    public async Task CommitAsync_OverwriteOfPartlyMatchingFile_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await CreateAsync(fixture);

        await RefusedAsync(
            fixture, new OverwriteFiles { Filter = Expression.LessThan("id", Literal.Long(5)) }, "some of its rows match and others may not");
    }

    [Fact]
    public async Task CommitAsync_HistoryExpired_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (table, file) = await CreateAsync(fixture);
        var delta = new RowDelta([_files.Delete(file, Rows(1, 0, 1))], []) { Check = new ConflictCheck { FromSnapshotId = table.Metadata.CurrentSnapshotId } };
        await CommitAsync(fixture, new AppendFiles(_files.Write(table.Metadata, Rows(2, 100, 5))));
        await CommitAsync(fixture, new MetadataChange(metadata => metadata.WithoutSnapshots([table.Metadata.CurrentSnapshotId!.Value])));

        await RefusedAsync(fixture, delta, "it is expired or not in the history of the branch");
    }

    [Fact]
    public async Task CommitAsync_DataFileRemoved_TakesItsDeletesAlong()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (_, file) = await CreateAsync(fixture);
        var deleted = await CommitAsync(fixture, new RowDelta([_files.Delete(file, Rows(1, 0, 3))], []));
        Assert.Equal(("1", "3", "10"), Totals(deleted.Metadata.CurrentSnapshot!));

        var after = await CommitAsync(fixture, new OverwriteFiles { Filter = DayOne });

        var summary = after.Metadata.CurrentSnapshot!.Summary;
        Assert.Equal(("0", "0", "0"), Totals(after.Metadata.CurrentSnapshot!));
        Assert.Equal(
            ("delete", "1", "10", "1", "1", "3"),
            (summary["operation"], summary["deleted-data-files"], summary["deleted-records"], summary["removed-delete-files"], summary["removed-position-delete-files"], summary["removed-position-deletes"]));
    }

    private static (string DeleteFiles, string Deletes, string Records) Totals(Snapshot snapshot) =>
        (snapshot.Summary["total-delete-files"], snapshot.Summary["total-position-deletes"], snapshot.Summary["total-records"]);

    private static IEnumerable<Row> Rows(int day, int firstId, int count) => Enumerable.Range(firstId, count).Select(id => new Row(id, (day * Row.MicrosOfDay) + id));

    private static async Task RefusedAsync(CatalogFixture fixture, TableChange change, string reason)
    {
        var before = fixture.Files().Order().ToList();
        var exception = await Assert.ThrowsAsync<IcebergException>(() => CommitAsync(fixture, change));
        Assert.Equal(IcebergErrorKind.ValidationFailed, exception.Kind);
        Assert.Contains(reason, exception.Message);
        Assert.Equal(before, fixture.Files().Order());
    }

    private static Task<CatalogTable> CommitAsync(CatalogFixture fixture, TableChange change) =>
        fixture.Committer.CommitAsync(fixture.Catalog, CatalogFixture.Events, [change], default);

    /// <summary>A table of one file: ten rows of day 1.</summary>
    private async Task<(CatalogTable Table, DataFile File)> CreateAsync(CatalogFixture fixture)
    {
        var empty = await fixture.CreateEventsAsync();
        var file = _files.Write(empty.Metadata, Rows(1, 0, 10)).Single();
        return (await CommitAsync(fixture, new AppendFiles([file])), file);
    }
}
