using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Iceberg.Tests.Catalogs;

/// <summary>A catalog in a database of its own and a warehouse in a folder of its own.</summary>
internal sealed class CatalogFixture : IAsyncDisposable
{
    public static readonly TableIdentifier Events = new("logs", "events");

    public static readonly Schema EventsSchema = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "ts", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "name", IcebergType.String));

    public static readonly PartitionSpec ByDay = new(0, new PartitionField(2, 1000, "ts_day", Transform.Day));

    private readonly TemporaryFolder _folder = new();

    private CatalogFixture(NpgsqlDataSource dataSource)
    {
        DataSource = dataSource;
        Stores = ObjectStoreRegistry.ForFolder(_folder.FullPath, TimeProvider.System);
        Manifests = new ManifestCache(Stores, 64 << 20);
        Committer = new TableCommitter(Stores, Manifests, new CommitOptions { MaxAttempts = 60, MaxDelay = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
    }

    public NpgsqlDataSource DataSource { get; }

    public ObjectStoreRegistry Stores { get; }

    public ManifestCache Manifests { get; }

    public TableCommitter Committer { get; }

    public SqlCatalog Catalog { get; private set; } = null!; // set by CreateAsync

    public string Warehouse => _folder.FullPath;

    public static async Task<CatalogFixture> CreateAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateDatabaseAsync("iceberg");
        var fixture = new CatalogFixture(NpgsqlDataSource.Create(database.ConnectionString));
        fixture.Catalog = await fixture.OpenAsync();
        return fixture;
    }

    public static DataFile DataFile(string name, int day = 0, long records = 10) => new()
    {
        FilePath = $"/data/{name}.parquet",
        FileFormat = Iceberg.Manifests.DataFile.Parquet,
        SpecId = 0,
        Partition = new PartitionData(Literal.Date(day)),
        RecordCount = records,
        FileSizeInBytes = 100 * records,
    };

    /// <summary>As another process opens it: with caches of its own.</summary>
    public Task<SqlCatalog> OpenAsync(string catalogName = "test") => SqlCatalog.OpenAsync(
        DataSource,
        new SqlCatalogOptions { CatalogName = catalogName, Warehouse = _folder.FullPath },
        Stores,
        new TableMetadataCache(Stores, 16 << 20),
        TimeProvider.System,
        default);

    public async Task<CatalogTable> CreateEventsAsync()
    {
        await Catalog.CreateNamespaceAsync("logs", ImmutableDictionary<string, string>.Empty, default);
        return await Catalog.CreateTableAsync(Events, new NewTable { Schema = EventsSchema, PartitionSpec = ByDay }, default);
    }

    public Task<CatalogTable> AppendAsync(params DataFile[] files) => Committer.CommitAsync(Catalog, Events, [new AppendFiles([.. files])], default);

    public async Task<List<ManifestEntry>> EntriesAsync(TableMetadata table)
    {
        var entries = new List<ManifestEntry>();
        foreach (var manifest in await Manifests.GetManifestsAsync(table.CurrentSnapshot!, default))
        {
            entries.AddRange(await Manifests.GetEntriesAsync(table, manifest, default));
        }

        return entries;
    }

    /// <summary>Everything in the warehouse but uploads under way.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFiles(Warehouse, "*", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}.uploads{Path.DirectorySeparatorChar}"));

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        _folder.Dispose();
    }
}
