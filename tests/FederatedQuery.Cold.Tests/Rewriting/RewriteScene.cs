using System.Collections.Immutable;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Cold.Tests.Rewriting;

/// <summary>The cold tier in a folder, with tables that are in no catalog.</summary>
internal sealed class RewriteScene : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly DuckDBConnectionLease _lease;

    public RewriteScene()
    {
        _services = new ServiceCollection()
            .AddCold(
                options =>
                {
                    options.WarehouseDirectory = Folder.File("warehouse");
                    options.StagingDirectory = Folder.File("staging");
                    options.TemporaryDirectory = Folder.File("spill");
                },
                _ => throw new InvalidOperationException("These tables are in no catalog."))
            .BuildServiceProvider();
        _lease = _services.GetRequiredService<DuckDbEngine>().Pool.RentAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public TemporaryFolder Folder { get; } = new();

    public IServiceProvider Services => _services;

    public DuckDBConnection Connection => _lease.Connection;

    public ColdRewriter Rewriter => _services.GetRequiredService<ColdRewriter>();

    /// <summary>Files that rewrites have in the works.</summary>
    public IEnumerable<string> Staged => Directory.EnumerateFiles(Folder.File("staging"));

    public IEnumerable<string> DataFiles => Directory.EnumerateFiles(Folder.File("warehouse"), "*.parquet", SearchOption.AllDirectories);

    /// <summary>Where a data file lies, quoted for DuckDB.</summary>
    public string PathOf(DataFile file) => DuckDBSql.QuoteLiteral(_services.GetRequiredService<ObjectStoreRegistry>().Resolve(file.FilePath).TryGetLocalPath()!);

    public CatalogTable Create(Schema schema, PartitionSpec spec, SortOrder order)
    {
        var location = $"{new Uri(Folder.File("warehouse")).AbsoluteUri}/{Guid.NewGuid():N}";
        return new CatalogTable(
            new TableIdentifier("test", "t"), $"{location}/metadata/00000-0.metadata.json", TableMetadataChanges.Create(Guid.NewGuid(), location, schema, spec, order, [], 0));
    }

    /// <summary>Appends one file for each SELECT.</summary>
    public async Task<CatalogTable> AppendAsync(CatalogTable table, PartitionData partition, params string[] selects)
    {
        var appender = _services.GetRequiredService<ColdAppender>();
        var files = ColdFiles.None;
        foreach (var select in selects)
        {
            files = files.With(await appender.WritePartitionAsync(Connection, select, table, partition, default));
        }

        var staged = await appender.StageAsync(table, files, ImmutableDictionary<string, string>.Empty, default);
        return table with { MetadataLocation = staged.NewLocation, Metadata = staged.Metadata };
    }

    public Task<ScanPlan> PlanAsync(CatalogTable table) =>
        new ScanPlanner(_services.GetRequiredService<ManifestCache>()).PlanAsync(TableScan.Of(table.Metadata), default);

    public async Task<RewriteRequest> RequestAsync(CatalogTable table) => new()
    {
        Table = table,
        Plan = await PlanAsync(table),
        Spec = table.Metadata.DefaultSpec,
        SortOrder = table.Metadata.DefaultSortOrder,
    };

    /// <summary>The table with the files of a rewrite in the place of those that it was about.</summary>
    public async Task<CatalogTable> CommitAsync(RewriteRequest request, ColdRewrite rewrite)
    {
        var committer = new TableCommitter(
            _services.GetRequiredService<ObjectStoreRegistry>(), _services.GetRequiredService<ManifestCache>(), new CommitOptions(), TimeProvider.System);
        var table = request.Table.Metadata;
        var replace = new RewriteFiles(table.CurrentSnapshot!.SnapshotId) { Removed = [.. request.Plan.Tasks.Select(task => task.File)], Added = rewrite.Files };
        var withSpec = new MetadataChange(metadata => metadata.FindPartitionSpec(request.Spec.SpecId) is null ? metadata.WithDefaultPartitionSpec(request.Spec) : metadata);
        var staged = await committer.StageAsync(request.Table, [withSpec, replace], default);
        return request.Table with { MetadataLocation = staged.NewLocation, Metadata = staged.Metadata };
    }

    /// <summary>The rows of a query in which <c>{0}</c> stands for the table, each as text: values but nulls, with bars between.</summary>
    public async Task<List<string>> QueryAsync(CatalogTable table, string sql, Expression? predicate = null)
    {
        var tables = _services.GetRequiredService<ColdTables>();
        var scan = await tables.PlanAsync(TableScan.Of(table.Metadata), table.Metadata.CurrentSchema.Fields, predicate ?? Expression.True, default);
        using var open = await tables.OpenAsync([scan], default);
        foreach (var setup in scan.SetupSql)
        {
            Connection.Execute(setup);
        }

        return Strings(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, $"({scan.SelectSql})"));
    }

    public List<string> Strings(string sql)
    {
        using var result = Connection.Query($"SELECT concat_ws('|', *COLUMNS(*)) FROM ({sql})");
        var strings = new List<string>();
        foreach (var chunk in result.ReadChunks())
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                strings.Add(chunk[0].String(i));
            }
        }

        return strings;
    }

    public void Dispose()
    {
        _lease.Dispose();
        _services.Dispose();
        Folder.Dispose();
    }
}
