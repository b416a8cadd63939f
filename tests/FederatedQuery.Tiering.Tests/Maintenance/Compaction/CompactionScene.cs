using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance.Compaction;
using FederatedQuery.Tiering.Maintenance.Manifests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Tiering.Tests.Maintenance.Compaction;

/// <summary>A cold table <c>events(id, at, note)</c> by day, sorted by id, in a folder that calls itself a bucket.</summary>
internal sealed class CompactionScene : IDisposable
{
    public static readonly TableIdentifier Events = new("default", "events");

    public static readonly Schema Schema = new(
        0,
        NestedField.OptionalField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "note", IcebergType.String));

    private static readonly PartitionSpec ByDay = new(0, new PartitionField(2, 1000, "at_day", Transform.Day));

    private static readonly SortOrder ById = new(1, new SortField(1, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly DuckDBConnectionLease _lease;
    private int _files;

    public CompactionScene(params IEnumerable<KeyValuePair<string, string>> properties)
    {
        Stores = new ObjectStoreRegistry(new ObjectStoreRegistry.Root("s3://lake", new LocalObjectStore(_folder.File("lake"), TimeProvider.System)));
        _services = new ServiceCollection()
            .AddSingleton(Stores)
            .AddCold(
                options =>
                {
                    options.WarehouseDirectory = _folder.File("lake");
                    options.StagingDirectory = _folder.File("staging");
                    options.TemporaryDirectory = _folder.File("spill");
                    options.Threads = 2;
                },
                _ => throw new InvalidOperationException("The tables are in no PostgreSQL."))
            .BuildServiceProvider();
        Directory.CreateDirectory(_folder.File("lake"));
        _lease = Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Catalog.Put(new CatalogTable(
            Events,
            "s3://lake/events/metadata/00000-first.metadata.json",
            TableMetadataChanges.Create(Guid.NewGuid(), "s3://lake/events", Schema, ByDay, ById, [.. properties], nowMs: 0)));
        Compactor = new Compactor(Get<ManifestCache>(), Get<ColdRewriter>(), Committer, NullLogger<Compactor>.Instance);
        ManifestRewriter = new ManifestRewriter(Get<ManifestCache>(), Committer, NullLogger<ManifestRewriter>.Instance);
    }

    public ObjectStoreRegistry Stores { get; }

    public MemoryCatalog Catalog { get; } = new();

    public Compactor Compactor { get; }

    public ManifestRewriter ManifestRewriter { get; }

    public TableCommitter Committer => Get<TableCommitter>();

    public CatalogTable Table => Catalog.LoadTableAsync(Events, default).Result;

    public Snapshot Snapshot => Table.Metadata.CurrentSnapshot!;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static Literal At(int day) => Literal.Timestamptz(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day).ToUnixTimeMilliseconds() * 1000);

    /// <summary>A SELECT of rows of one day.</summary>
    public static string Rows(int day, int firstId, int count) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT i AS id, TIMESTAMPTZ '2026-03-01 00:00:00+00' + to_days({day}) + to_seconds(i % 86400) AS at, 'note ' || (i % 7) AS note FROM range({firstId}, {firstId + count}) AS numbers(i)
        """);

    public Task<CompactionResult> CompactAsync(CompactionOptions? options = null, IProgress<CompactionProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Compactor.CompactAsync(Catalog, Events, options ?? new CompactionOptions(), progress, cancellationToken);

    public Task CommitAsync(TableChange change) => Committer.CommitAsync(Catalog, Events, [change], default);

    /// <summary>Appends rows, one file for each partition that they are in.</summary>
    public async Task AppendAsync(string select)
    {
        var table = Table;
        Connection.Execute($"CREATE OR REPLACE TEMP TABLE appended AS {select}");
        var files = await Get<ColdAppender>().WriteAsync(Connection, "appended", table, null, null, default);
        await CommitAsync(new AppendFiles(files.Files));
    }

    public Task<ColdDeletion> DeleteAsync(Expression predicate) =>
        Get<ColdDeletes>().DeleteAsync(Catalog, Events, predicate, ImmutableDictionary<string, string>.Empty, default);

    /// <summary>Deletes rows by their id, as streams do: without looking at what there is.</summary>
    public Task DeleteByIdAsync(params long[] ids)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"equality-{_files++}.parquet");
        var path = _folder.File($"lake/{name}");
        Connection.Execute($"COPY (SELECT unnest([{string.Join(", ", ids)}])::BIGINT AS id) TO {DuckDBSql.QuoteLiteral(path)} (FORMAT parquet, FIELD_IDS {{id: 1}})");
        Directory.CreateDirectory(_folder.File("lake/events/data"));
        File.Move(path, _folder.File($"lake/events/data/{name}"));
        var unpartitioned = Table.Metadata.PartitionSpecs.FirstOrDefault(spec => spec.IsUnpartitioned)
            ?? throw new InvalidOperationException("Deletes that hold everywhere need a spec without partitions.");
        return CommitAsync(new RowDelta(
            [
                new DataFile
                {
                    Content = FileContent.EqualityDeletes,
                    FilePath = $"s3://lake/events/data/{name}",
                    FileFormat = DataFile.Parquet,
                    SpecId = unpartitioned.SpecId,
                    Partition = PartitionData.Empty,
                    RecordCount = ids.Length,
                    FileSizeInBytes = new FileInfo(_folder.File($"lake/events/data/{name}")).Length,
                    EqualityIds = [1],
                },
            ],
            []));
    }

    public Task<ScanPlan> PlanAsync(Expression? filter = null) =>
        new ScanPlanner(Get<ManifestCache>()).PlanAsync(TableScan.Of(Table.Metadata) with { Filter = filter ?? Expression.True }, default);

    /// <summary>Ids in order.</summary>
    public async Task<List<long>> IdsAsync(Expression? predicate = null)
    {
        var (_, ids) = await QueryAsync("SELECT id FROM {0} ORDER BY id", predicate);
        return ids;
    }

    /// <summary>The first column of a query in which <c>{0}</c> stands for the rows, and the scan that it read.</summary>
    public async Task<(ColdScan Scan, List<long> Values)> QueryAsync(string sql, Expression? predicate = null)
    {
        var tables = Get<ColdTables>();
        var scan = await tables.PlanAsync(TableScan.Of(Table.Metadata), Schema.Fields, predicate ?? Expression.True, default);
        using var open = await tables.OpenAsync([scan], default);
        foreach (var setup in scan.SetupSql)
        {
            Connection.Execute(setup);
        }

        using var result = Connection.Query(string.Format(CultureInfo.InvariantCulture, sql, $"({scan.SelectSql})"));
        var values = new List<long>();
        foreach (var chunk in result.ReadChunks())
        {
            values.AddRange(chunk[0].Values<long>().ToArray());
        }

        return (scan, values);
    }

    /// <summary>Ids in order, as a reader finds them that shares no code with this one.</summary>
    public async Task<List<long>> IcebirdIdsAsync()
    {
        var output = await NodeScript.RunAsync("icebird.js", "", _folder.File("lake"), Stores.Resolve(Table.MetadataLocation).Key);
        return [.. JsonNode.Parse(output)!.AsArray().Select(row => long.Parse(row!["id"]!.ToString(), CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>Data and delete files that lie in the store without being in the current snapshot or the one before each commit.</summary>
    public async Task<List<string>> UnreferencedAsync()
    {
        var named = new HashSet<string>();
        await foreach (var location in ReferencedFiles.StreamAsync(
            Table.Metadata, Table.MetadataLocation, Get<ManifestCache>(), Iceberg.Locations.TableLocations.Of(Stores, Table.Metadata, Iceberg.Locations.LocationMap.Empty, null), default))
        {
            named.Add(Stores.Resolve(location).Key);
        }

        return [.. Directory.EnumerateFiles(_folder.File("lake"), "*.parquet", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder.File("lake"), path)).Where(path => !named.Contains(path))];
    }

    public string LocalPath(DataFile file) => Stores.Resolve(file.FilePath).TryGetLocalPath()!;

    /// <summary>A folder beside the tables, which DuckDB may write to.</summary>
    public string LocalFolder(string name) => Directory.CreateDirectory(_folder.File($"staging/{name}")).FullName;

    public IEnumerable<string> Staged => Directory.Exists(_folder.File("staging")) ? Directory.EnumerateFiles(_folder.File("staging")) : [];

    public DuckDBConnection Connection => _lease.Connection;

    public void Dispose()
    {
        _lease.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }
}
