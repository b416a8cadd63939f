using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using Xunit;

namespace FederatedQuery.Testing;

/// <summary>What every catalog must do, whatever it is made of.</summary>
public abstract class CatalogConformanceTests : IAsyncLifetime
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    private static readonly Schema Columns = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "ts", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "name", IcebergType.String));

    private static readonly PartitionSpec ByDay = new(0, new PartitionField(2, 1000, "ts_day", Transform.Day));

    /// <summary>Tests may share a catalog, so each has a namespace of its own.</summary>
    private readonly string _namespace = $"n{Guid.NewGuid():N}";

    private ICatalog _catalog = null!; // set before each test

    /// <summary>Where the catalog's tables are.</summary>
    protected abstract ObjectStoreRegistry Stores { get; }

    private TableIdentifier Events => new(_namespace, "events");

    public virtual async Task InitializeAsync()
    {
        _catalog = await OpenAsync();
        await _catalog.CreateNamespaceAsync(_namespace, None, default);
    }

    public virtual Task DisposeAsync() => Task.CompletedTask;

    /// <summary>As another process opens it: with caches and connections of its own.</summary>
    protected abstract Task<ICatalog> OpenAsync();

    [Fact]
    public async Task Namespaces_CreateListLoadDrop_GoTogether()
    {
        var (parent, child) = ($"{_namespace}.eu", $"{_namespace}.eu.été");
        await _catalog.CreateNamespaceAsync(parent, new Dictionary<string, string> { ["owner"] = "ann" }, default);
        await _catalog.CreateNamespaceAsync(child, None, default);

        Assert.Equal([_namespace, parent, child], (await _catalog.ListNamespacesAsync(default)).Where(name => name.StartsWith(_namespace, StringComparison.Ordinal)));
        Assert.Equal("ann", (await _catalog.LoadNamespaceAsync(parent, default))["owner"]);
        await AssertFailsAsync(IcebergErrorKind.AlreadyExists, () => _catalog.CreateNamespaceAsync(child, None, default));
        Assert.True(await _catalog.DropNamespaceAsync(child, default));
        Assert.False(await _catalog.DropNamespaceAsync(child, default));
        await AssertFailsAsync(IcebergErrorKind.NotFound, () => _catalog.LoadNamespaceAsync(child, default));
        await AssertFailsAsync(IcebergErrorKind.NotFound, () => _catalog.ListTablesAsync(child, default));
    }

    [Fact]
    public async Task DropNamespaceAsync_WithTables_IsRefused()
    {
        await CreateAsync();

        await AssertFailsAsync(IcebergErrorKind.NotEmpty, () => _catalog.DropNamespaceAsync(_namespace, default));
    }

    [Theory]
    [InlineData("events")]
    [InlineData("Größe 100% + 1?")]
    [InlineData("日本")]
    public async Task CreateTableAsync_Table_IsLoadedByAnother(string name)
    {
        var identifier = new TableIdentifier(_namespace, name);
        var order = new SortOrder(1, new SortField(1, Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst));
        var created = await _catalog.CreateTableAsync(
            identifier, new NewTable { Schema = Columns, PartitionSpec = ByDay, SortOrder = order, Properties = None.Add("a", "b") }, default);

        var loaded = await (await OpenAsync()).LoadTableAsync(identifier, default);

        Assert.Equal((created.MetadataLocation, created.Metadata.TableUuid), (loaded.MetadataLocation, loaded.Metadata.TableUuid));
        Assert.Equal(2, loaded.Metadata.FormatVersion);
        Assert.True(loaded.Metadata.CurrentSchema.SameStructure(Columns));
        Assert.True(loaded.Metadata.DefaultSpec.IsCompatibleWith(ByDay));
        Assert.True(loaded.Metadata.DefaultSortOrder.SameOrder(order));
        Assert.Equal("b", loaded.Metadata.Properties["a"]);
        Assert.Equal([identifier], await _catalog.ListTablesAsync(_namespace, default));
    }

    [Fact]
    public async Task CreateTableAsync_NameIsTakenOrNamespaceMissing_IsRefused()
    {
        await CreateAsync();

        await AssertFailsAsync(IcebergErrorKind.AlreadyExists, () => _catalog.CreateTableAsync(Events, new NewTable { Schema = Columns }, default));
        await AssertFailsAsync(
            IcebergErrorKind.NotFound, () => _catalog.CreateTableAsync(new TableIdentifier(_namespace + "x", "t"), new NewTable { Schema = Columns }, default));
    }

    [Fact]
    public async Task RenameTableAsync_Table_KeepsItsMetadata()
    {
        var created = await CreateAsync();
        var renamed = new TableIdentifier(_namespace, "old_events");

        await _catalog.RenameTableAsync(Events, renamed, default);

        Assert.Equal([renamed], await _catalog.ListTablesAsync(_namespace, default));
        Assert.Equal(created.MetadataLocation, (await _catalog.LoadTableAsync(renamed, default)).MetadataLocation);
        await AssertFailsAsync(IcebergErrorKind.NotFound, () => _catalog.LoadTableAsync(Events, default));
        await AssertFailsAsync(IcebergErrorKind.NotFound, () => _catalog.RenameTableAsync(Events, renamed, default));
        await CreateAsync();
        await AssertFailsAsync(IcebergErrorKind.AlreadyExists, () => _catalog.RenameTableAsync(Events, renamed, default));
    }

    [Fact]
    public async Task DropTableAsync_Table_CanBeRegisteredAgain()
    {
        var created = await CreateAsync();

        Assert.True(await _catalog.DropTableAsync(Events, default));
        Assert.False(await _catalog.DropTableAsync(Events, default));
        var registered = await _catalog.RegisterTableAsync(Events, created.MetadataLocation, default);

        Assert.Equal(created.Metadata.TableUuid, registered.Metadata.TableUuid);
        Assert.Equal(created.MetadataLocation, (await _catalog.LoadTableAsync(Events, default)).MetadataLocation);
        await AssertFailsAsync(IcebergErrorKind.AlreadyExists, () => _catalog.RegisterTableAsync(Events, created.MetadataLocation, default));
    }

    [Fact]
    public async Task CommitAsync_EveryKindOfChange_IsLoadedByAnother()
    {
        await CreateAsync();
        await CommitAsync(_catalog, Append("a"));
        var first = (await _catalog.LoadTableAsync(Events, default)).Metadata.CurrentSnapshotId!.Value;
        await CommitAsync(_catalog, Append("b"), Change(table => table.WithProperties([new("p", "1"), new("q", "2")])));
        await CommitAsync(_catalog, Change(table => table.WithRef("v1", SnapshotRef.Tag(first), 0).WithoutProperties(["q"])));

        var wider = new Schema(0, [.. Columns.Fields, NestedField.OptionalField(4, "size", IcebergType.Int)]);
        await CommitAsync(_catalog, Change(table => table
            .WithCurrentSchema(wider)
            .WithDefaultPartitionSpec(new PartitionSpec(0, new PartitionField(4, 1001, "size_bucket", Transform.Bucket(4))))
            .WithDefaultSortOrder(new SortOrder(1, new SortField(4, Transform.Identity, SortDirection.Descending, NullOrder.NullsLast)))));

        var table = (await (await OpenAsync()).LoadTableAsync(Events, default)).Metadata;
        Assert.Equal((2, 2L), (table.Snapshots.Length, table.LastSequenceNumber));
        Assert.Equal(first, table.FindSnapshot("v1")!.SnapshotId);
        Assert.Equal("1", table.Properties["p"]);
        Assert.False(table.Properties.ContainsKey("q"));
        Assert.True(table.CurrentSchema.SameStructure(wider));
        Assert.Equal("size_bucket", table.DefaultSpec.Fields.Single().Name);
        Assert.Equal(4, table.DefaultSortOrder.Fields.Single().SourceId);
        Assert.Equal(["a", "b"], await FilesAsync(table));

        await CommitAsync(_catalog, Change(state => state.WithoutRef("v1").WithoutSnapshots([first])));
        Assert.Single((await _catalog.LoadTableAsync(Events, default)).Metadata.Snapshots);
    }

    [Fact]
    public async Task CommitAsync_ExpirySomebodyIsBeforeOf_LooksAgainAndTellsWhatGoes()
    {
        await CreateAsync();
        await CommitAsync(_catalog, Append("a"));
        var first = (await _catalog.LoadTableAsync(Events, default)).Metadata.CurrentSnapshot!;
        await CommitAsync(_catalog, Append("b"));
        var second = (await _catalog.LoadTableAsync(Events, default)).Metadata.CurrentSnapshot!;
        var (told, attempts) = (new List<string>(), 0);
        var expiry = new ExpireSnapshots(
            table =>
            {
                told.Clear();
                if (attempts++ == 0)
                {
                    // Somebody goes back to what is about to expire.
                    CommitAsync(_catalog, Change(other => other.WithRef(SnapshotRef.MainBranch, SnapshotRef.Branch(first.SnapshotId), 0))).GetAwaiter().GetResult();
                }

                return table.WithoutExpired(long.MaxValue, maxSnapshotAgeMs: 0);
            },
            (files, _) =>
            {
                told.AddRange(files.Select(file => file.Location));
                return Task.CompletedTask;
            });

        await CommitAsync(_catalog, expiry);

        var table = (await _catalog.LoadTableAsync(Events, default)).Metadata;
        Assert.Equal(2, attempts);
        Assert.Equal([first.SnapshotId], table.Snapshots.Select(snapshot => snapshot.SnapshotId));
        Assert.Equal(["a"], await FilesAsync(table));
        Assert.Equal([second.SnapshotId], expiry.Snapshots.Select(snapshot => snapshot.SnapshotId));
        Assert.Contains(second.ManifestList!, told);
        Assert.Contains("/data/b.parquet", told);
        Assert.DoesNotContain("/data/a.parquet", told);
        Assert.Equal(3, told.Count);
    }

    [Fact]
    public async Task TryCommitAsync_Stale_ReturnsNullAndChangesNothing()
    {
        var table = await CreateAsync();
        var staged = await Committer().StageAsync(table, [Append("late")], default);
        var winner = await CommitAsync(_catalog, Append("early"));

        Assert.Null(await _catalog.TryCommitAsync(staged, default));

        Assert.Equal(winner.MetadataLocation, (await _catalog.LoadTableAsync(Events, default)).MetadataLocation);
    }

    [Fact]
    public async Task TryCommitAsync_TableIsGone_SaysSo()
    {
        var table = await CreateAsync();
        var staged = await Committer().StageAsync(table, [Append("a")], default);
        await _catalog.DropTableAsync(Events, default);

        await AssertFailsAsync(IcebergErrorKind.NotFound, () => _catalog.TryCommitAsync(staged, default));
    }

    [Fact]
    public async Task CommitAsync_TwoWritersOfFiftyCommits_LoseNothing()
    {
        await CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Run(async () =>
        {
            var catalog = await OpenAsync();
            for (var i = 0; i < 50; i++)
            {
                await CommitAsync(catalog, Append(string.Create(CultureInfo.InvariantCulture, $"{writer}-{i:D2}")));
            }
        })));

        var table = (await _catalog.LoadTableAsync(Events, default)).Metadata;
        Assert.Equal((100, 100L), (table.Snapshots.Length, table.LastSequenceNumber));
        Assert.Equal(
            from writer in Enumerable.Range(0, 2) from i in Enumerable.Range(0, 50) select string.Create(CultureInfo.InvariantCulture, $"{writer}-{i:D2}"),
            await FilesAsync(table));
    }

    private protected static async Task AssertFailsAsync(IcebergErrorKind kind, Func<Task> act) => Assert.Equal(kind, (await Assert.ThrowsAsync<IcebergException>(act)).Kind);

    private static MetadataChange Change(Func<TableMetadata, TableMetadata> change) => new(change);

    private static AppendFiles Append(string name) => new([new DataFile
    {
        FilePath = $"/data/{name}.parquet",
        FileFormat = DataFile.Parquet,
        SpecId = 0,
        Partition = new PartitionData(Literal.Date(0)),
        RecordCount = 10,
        FileSizeInBytes = 1_000,
    }]);

    private TableCommitter Committer() => new(
        Stores, new ManifestCache(Stores, 64 << 20), new CommitOptions { MaxAttempts = 60, MaxDelay = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);

    private Task<CatalogTable> CreateAsync() => _catalog.CreateTableAsync(Events, new NewTable { Schema = Columns, PartitionSpec = ByDay }, default);

    private Task<CatalogTable> CommitAsync(ICatalog catalog, params TableChange[] changes) => Committer().CommitAsync(catalog, Events, changes, default);

    private async Task<IEnumerable<string>> FilesAsync(TableMetadata table)
    {
        var plan = await new ScanPlanner(new ManifestCache(Stores, 64 << 20)).PlanAsync(TableScan.Of(table), default);
        return plan.Tasks.Select(task => Path.GetFileNameWithoutExtension(task.File.FilePath)).Order(StringComparer.Ordinal);
    }
}
