using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Catalogs;

/// <summary>Tables whose files were copied out of the warehouse, and the originals lost.</summary>
public sealed class SqlCatalogLocationMapTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private static readonly TableIdentifier Moved = new("logs", "moved");

    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose() => _elsewhere.Dispose();

    [Fact]
    public async Task LoadTableAsync_RegisteredWithAMap_ReadsWhereTheFilesAre()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (metadataLocation, map) = await MoveAsync(fixture);
        var catalog = await OpenAsync(fixture);

        await catalog.RegisterTableAsync(Moved, metadataLocation, map, default);

        var table = await (await OpenAsync(fixture)).LoadTableAsync(Moved, default);
        var plan = await new ScanPlanner(fixture.Manifests).PlanAsync(TableScan.Of(table.Metadata) with { Locations = table.Locations }, default);
        Assert.Equal(2, plan.FilesSelected);
        Assert.True(table.IsReadOnly);
        Assert.Equal(map.Entries.ToArray(), table.Locations!.Map.Entries.ToArray());
        Assert.Equal([new Uri(_elsewhere.FullPath).AbsoluteUri], await catalog.ListMapTargetsAsync(default));
    }

    [Fact]
    public async Task RegisterTableAsync_PlaceThatIsNotOpened_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (metadataLocation, map) = await MoveAsync(fixture);

        await Assert.ThrowsAsync<ObjectStoreException>(() => fixture.Catalog.RegisterTableAsync(Moved, metadataLocation, map, default));
        await Assert.ThrowsAsync<ObjectStoreException>(() => fixture.Catalog.RegisterTableAsync(Moved, metadataLocation, default));

        Assert.Empty(await fixture.Catalog.ListTablesAsync("logs", default));
    }

    [Fact]
    public async Task RenameAndDrop_RegisteredWithAMap_TakeTheMapAlong()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (metadataLocation, map) = await MoveAsync(fixture);
        var catalog = await OpenAsync(fixture);
        await catalog.RegisterTableAsync(Moved, metadataLocation, map, default);

        await catalog.RenameTableAsync(Moved, CatalogFixture.Events, default);
        Assert.True((await catalog.LoadTableAsync(CatalogFixture.Events, default)).IsReadOnly);
        await catalog.DropTableAsync(CatalogFixture.Events, default);

        Assert.Empty(await catalog.ListMapTargetsAsync(default));
    }

    [Fact]
    public async Task CommitAsync_RegisteredWithAMap_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var (metadataLocation, map) = await MoveAsync(fixture);
        var catalog = await OpenAsync(fixture);
        await catalog.RegisterTableAsync(Moved, metadataLocation, map, default);

        var error = await Assert.ThrowsAsync<IcebergException>(() =>
            fixture.Committer.CommitAsync(catalog, Moved, [new AppendFiles([CatalogFixture.DataFile("c")])], default));

        Assert.Equal(IcebergErrorKind.Unsupported, error.Kind);
        Assert.Contains("'logs.moved' was registered from elsewhere", error.Message, StringComparison.Ordinal);
    }

    private async Task<(string MetadataLocation, LocationMap Map)> MoveAsync(CatalogFixture fixture)
    {
        await fixture.CreateEventsAsync();
        var table = await fixture.AppendAsync(CatalogFixture.DataFile("a"), CatalogFixture.DataFile("b"));
        var from = fixture.Stores.Resolve(table.Metadata.Location).TryGetLocalPath()!;
        await fixture.Catalog.DropTableAsync(CatalogFixture.Events, default);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_elsewhere.FullPath, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(file, to);
        }

        var map = LocationMap.Of((table.Metadata.Location, _elsewhere.FullPath));
        return (map.Apply(table.MetadataLocation), map);
    }

    private Task<SqlCatalog> OpenAsync(CatalogFixture fixture) => SqlCatalog.OpenAsync(
        fixture.DataSource,
        fixture.Catalog.Options with
        {
            OpenElsewhere = target => new ObjectStoreRegistry.Root(
                target, new ReadOnlyObjectStore(new LocalObjectStore(new Uri(target).LocalPath, TimeProvider.System), _ => true)),
        },
        fixture.Stores,
        new TableMetadataCache(fixture.Stores, 16 << 20),
        TimeProvider.System,
        default);
}
