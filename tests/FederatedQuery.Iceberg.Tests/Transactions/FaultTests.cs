using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Transactions;

/// <summary>Racing writers, answers that are lost, processes that die.</summary>
public class FaultTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private readonly RowFiles _files = new();

    /// <summary>Each writer does as it likes with days of its own; both together must come out as each alone would.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task CommitAsync_TwoWritersOfEachKind_LoseNothing(int lostAnswersPercent)
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        await fixture.Committer.CommitAsync(
            fixture.Catalog, CatalogFixture.Events, [new MetadataChange(table => table.WithProperties([new("commit.manifest.min-count-to-merge", "5")]))], default);

        var expected = await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Run(() => WriteAsync(fixture, writer, commits: 50, lostAnswersPercent))));

        var table = (await (await fixture.OpenAsync()).LoadTableAsync(CatalogFixture.Events, default)).Metadata;
        var plan = await new ScanPlanner(fixture.Manifests).PlanAsync(TableScan.Of(table), default);
        List<Row> rows;
        lock (_files)
        {
            rows = [.. _files.Read(plan).OrderBy(row => row.Id)];
        }

        Assert.Equal(expected.SelectMany(writer => writer.Rows).OrderBy(row => row.Id), rows);
        Assert.Equal(expected.Sum(writer => writer.Snapshots), table.Snapshots.Length);
        Assert.Equal(table.Snapshots.Length, table.Snapshots.Select(snapshot => snapshot.Summary["writer-commit"]).Distinct().Count());
        var current = table.CurrentSnapshot!;
        Assert.Equal(rows.Count + current.Total("position-deletes"), current.Total("records"));
        Assert.Equal(plan.Tasks.Length, current.Total("data-files"));
    }

    /// <summary>Dies before each of its writes in turn: the table is as it was, or as the commit makes it, and whole.</summary>
    [Fact]
    public async Task CommitAsync_ProcessDies_LeavesTheTableWhole()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var table = await fixture.CreateEventsAsync();
        var file = _files.Write(table.Metadata, [new Row(1, 0), new Row(2, 1)]).Single();
        await fixture.AppendAsync(file);
        var committed = false;
        for (var writes = 0; !committed; writes++)
        {
            Assert.True(writes < 20, "The commit never got through.");
            var store = DispatchProxy.Create<IObjectStore, DyingStore>();
            ((DyingStore)store).Inner = new LocalObjectStore(fixture.Warehouse, TimeProvider.System);
            ((DyingStore)store).WritesLeft = writes;
            var stores = new ObjectStoreRegistry(new ObjectStoreRegistry.Root(fixture.Warehouse, store));
            var committer = new TableCommitter(stores, new ManifestCache(stores, 1 << 20), new CommitOptions(), TimeProvider.System);
            TableChange[] changes =
            [
                new RowDelta([_files.Delete(file, [new Row(1, 0)])], []),
                new OverwriteFiles(_files.Write(table.Metadata, [new Row(3, 0)])) { Filter = Expression.NotNull("id") },
            ];
            try
            {
                await committer.CommitAsync(fixture.Catalog, CatalogFixture.Events, changes, default);
                committed = true;
            }
            catch (ObjectStoreException)
            {
                // Died. The next one comes upon what it left.
            }

            var after = await (await fixture.OpenAsync()).LoadTableAsync(CatalogFixture.Events, default);
            var plan = await new ScanPlanner(new ManifestCache(fixture.Stores, 1 << 20)).PlanAsync(TableScan.Of(after.Metadata), default);
            Assert.Equal(committed ? [3L] : [1L, 2L], _files.Read(plan).Select(row => row.Id).Order());
            var referenced = await ReferencedFiles.ListAsync(after.Metadata, after.MetadataLocation, fixture.Manifests, default).ToListAsync();
            Assert.Empty(referenced.Where(path => !path.StartsWith("/data/", StringComparison.Ordinal)).Except(fixture.Files()));
        }
    }

    private async Task<(List<Row> Rows, int Snapshots)> WriteAsync(CatalogFixture fixture, int writer, int commits, int lostAnswersPercent)
    {
        var random = new Random(writer);
        var real = await fixture.OpenAsync();
        var catalog = DispatchProxy.Create<ICatalog, ForgetfulCatalog>();
        var forgetful = (ForgetfulCatalog)catalog;
        (forgetful.Inner, forgetful.Random, forgetful.LostPercent) = (real, random, lostAnswersPercent);
        var rows = new List<Row>();
        var snapshots = 0;
        var day = 0;
        for (var i = 0; i < commits; i++)
        {
            var table = await real.LoadTableAsync(CatalogFixture.Events, default);
            var mine = Own(writer);
            var plan = await new ScanPlanner(fixture.Manifests).PlanAsync(TableScan.Of(table.Metadata) with { Filter = mine }, default);
            var properties = ImmutableDictionary<string, string>.Empty.Add("writer-commit", string.Create(CultureInfo.InvariantCulture, $"{writer}-{i}"));
            var check = new ConflictCheck { FromSnapshotId = table.Metadata.CurrentSnapshotId, Filter = mine };
            var added = Enumerable.Range(0, 5).Select(n => new Row(((writer * 1000) + (i * 5)) + n, (((writer * 100) + (day % 4)) * Row.MicrosOfDay) + n)).ToList();
            TableChange change;
            lock (_files)
            {
                switch (plan.Tasks.IsEmpty ? 0 : i % 6)
                {
                    case 1:
                        var removed = plan.Tasks.Where(task => task.File.Partition.Equals(plan.Tasks[0].File.Partition)).SelectMany(_files.Read).ToHashSet();
                        added = [.. added.Select(row => row with { TimeMicros = removed.First().TimeMicros })];
                        rows.RemoveAll(removed.Contains);
                        rows.AddRange(added);
                        change = new ReplacePartitions(_files.Write(table.Metadata, added)) { Check = check, Properties = properties };
                        break;
                    case 2:
                        change = new RewriteFiles(table.Metadata.CurrentSnapshotId!.Value)
                        {
                            Removed = [.. plan.Tasks.Select(task => task.File)],
                            Added = _files.Write(table.Metadata, _files.Read(plan)),
                            Properties = properties,
                        };
                        break;
                    case 3:
                        var gone = _files.Read(plan.Tasks[0]).Take(2).ToHashSet();
                        rows.RemoveAll(gone.Contains);
                        change = new RowDelta([_files.Delete(plan.Tasks[0].File, gone)], []) { Check = check, Properties = properties };
                        break;
                    case 4 when i % 4 == 0:
                        rows.Clear();
                        rows.AddRange(added);
                        change = new OverwriteFiles(_files.Write(table.Metadata, added)) { Filter = mine, Check = check, Properties = properties };
                        break;
                    case 5:
                        change = new MetadataChange(metadata => metadata.WithProperties([new($"writer-{writer}", i.ToString(CultureInfo.InvariantCulture))]));
                        snapshots--;
                        break;
                    default:
                        rows.AddRange(added);
                        day++;
                        change = new AppendFiles(_files.Write(table.Metadata, added), properties, isFast: i % 2 == 0);
                        break;
                }
            }

            await fixture.Committer.CommitAsync(catalog, CatalogFixture.Events, [change], default);
            snapshots++;
        }

        return (rows, snapshots);
    }

    /// <summary>The rows of one writer.</summary>
    private static Expression Own(int writer) => Expression.And(
        Expression.GreaterThanOrEqual("ts", Literal.Timestamptz(writer * 100 * Row.MicrosOfDay)),
        Expression.LessThan("ts", Literal.Timestamptz((writer + 1) * 100 * Row.MicrosOfDay)));

    /// <summary>Loses answers: of commits that were made, and of such that were not.</summary>
    private class ForgetfulCatalog : DispatchProxy
    {
        public SqlCatalog Inner { get; set; } = null!; // set right after it is made, as a proxy has no constructor

        public Random Random { get; set; } = Random.Shared;

        public int LostPercent { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(ICatalog.TryCommitAsync)
            ? TryCommitAsync((StagedCommit)args![0]!, (CancellationToken)args[1]!)
            : targetMethod.Invoke(Inner, args);

        private async Task<CatalogTable?> TryCommitAsync(StagedCommit staged, CancellationToken cancellationToken)
        {
            var (isLost, isBefore) = (Random.Next(100) < LostPercent, Random.Next(2) == 0);
            var committed = isLost && isBefore ? null : await Inner.TryCommitAsync(staged, cancellationToken);
            return isLost ? throw new IcebergException(IcebergErrorKind.CommitStateUnknown, "The answer was lost.") : committed;
        }
    }

    /// <summary>From some write on nothing happens any more, not even cleaning up.</summary>
    private class DyingStore : DispatchProxy
    {
        public IObjectStore Inner { get; set; } = null!; // set right after it is made, as a proxy has no constructor

        public int WritesLeft { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var isWrite = targetMethod!.Name.StartsWith("Put", StringComparison.Ordinal);
            if (WritesLeft == 0 && (isWrite || targetMethod.Name.StartsWith("Delete", StringComparison.Ordinal)))
            {
                throw new ObjectStoreException(ObjectStoreErrorKind.Unavailable, "The process is dead.");
            }

            WritesLeft -= isWrite ? 1 : 0;
            return targetMethod.Invoke(Inner, args);
        }
    }
}

internal static class SnapshotTotals
{
    public static long Total(this Snapshot snapshot, string of) => long.Parse(snapshot.Summary[$"total-{of}"], CultureInfo.InvariantCulture);
}
