using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Maintenance.Compaction;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Benchmarks.Compacting;

/// <summary>Small files of one partition made large, sorted, counted and committed, against DuckDB's COPY of the same files, which promises nothing.</summary>
internal static class CompactionComparison
{
    private const int Files = 100;
    private const int RowsPerFile = 20_000;
    private const int CutTargetBytes = 32 << 20;

    private static readonly TableIdentifier Events = new("default", "events");

    private static readonly Schema Schema = new(
        0,
        NestedField.OptionalField(1, "ts", IcebergType.Timestamptz),
        NestedField.OptionalField(2, "resource", IcebergType.String),
        NestedField.OptionalField(3, "body", IcebergType.String),
        NestedField.OptionalField(4, "value", IcebergType.Double),
        NestedField.OptionalField(5, "level", IcebergType.Int),
        NestedField.OptionalField(6, "trace", IcebergType.String));

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var services = new ServiceCollection()
            .AddCold(
                cold =>
                {
                    cold.WarehouseDirectory = folder.File("warehouse");
                    cold.StagingDirectory = folder.File("staging");
                    cold.TemporaryDirectory = folder.File("spill");
                },
                _ => throw new InvalidOperationException("The table is in no PostgreSQL."))
            .BuildServiceProvider();
        var (table, files) = await WriteAsync(services, folder, cancellationToken);
        var bytes = files.Sum(file => file.FileSizeInBytes);
        var paths = string.Join(", ", files.Select(file => DuckDBSql.QuoteLiteral(services.GetRequiredService<ObjectStoreRegistry>().Resolve(file.FilePath).TryGetLocalPath()!)));
        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string>
        {
            ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["preserve_insertion_order"] = "false",
            ["temp_directory"] = folder.File("alone"),
        });
        using var alone = database.Connect();
        alone.Execute("SET TimeZone = 'UTC'", cancellationToken);
        var catalog = new MemoryCatalog();
        var compactor = new Compactor(
            services.GetRequiredService<ManifestCache>(), services.GetRequiredService<ColdRewriter>(), services.GetRequiredService<TableCommitter>(), NullLogger<Compactor>.Instance);
        var lines = new List<Comparison>();
        foreach (var (work, compaction) in new[] { ("into one file", new CompactionOptions()), ("into files of 32 MiB", new CompactionOptions { TargetFileBytes = CutTargetBytes }) })
        {
            lines.Add(await SideBySide.TimeAsync(
                "compaction", string.Create(CultureInfo.InvariantCulture, $"{Files} files of {bytes / Files / 1024:N0} KiB {work}"), "DuckDB's `COPY (SELECT * ... ORDER BY) TO` of the same files",
                Unit.Rate(bytes / 1e6, "MB"), options.Rounds,
                () => CompactAsync(compaction),
                () => alone.ExecuteAsync(
                    $"COPY (SELECT * FROM read_parquet([{paths}]) ORDER BY resource, ts) TO {DuckDBSql.QuoteLiteral(folder.File("alone.parquet"))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)",
                    cancellationToken),
                cancellationToken));
        }

        return new AreaReport(lines);

        async Task CompactAsync(CompactionOptions compaction)
        {
            // The table as it was: its files are still there.
            catalog.Put(table);
            var result = await compactor.CompactAsync(catalog, Events, compaction, null, cancellationToken);
            if (result is not { FilesBefore: Files, Rows: Files * RowsPerFile, Commits: 1 })
            {
                throw new InvalidOperationException($"The files were not compacted: {result}.");
            }

            var after = await catalog.LoadTableAsync(Events, cancellationToken);
            var plan = await new Iceberg.Scan.ScanPlanner(services.GetRequiredService<ManifestCache>()).PlanAsync(Iceberg.Scan.TableScan.Of(after.Metadata), cancellationToken);
            await services.GetRequiredService<ColdRewriter>().DeleteAsync(after, plan.Tasks.Select(task => task.File), cancellationToken);
        }
    }

    private static async Task<(CatalogTable Table, ImmutableArray<DataFile> Files)> WriteAsync(ServiceProvider services, TemporaryFolder folder, CancellationToken cancellationToken)
    {
        var location = new Uri(folder.File("warehouse")).AbsoluteUri + "/events";
        var order = new SortOrder(
            1,
            new SortField(2, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast),
            new SortField(1, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));
        var created = TableMetadataChanges.Create(Guid.NewGuid(), location, Schema, PartitionSpec.Unpartitioned, order, [], 0);
        var table = new CatalogTable(Events, $"{location}/metadata/00000-a.metadata.json", created);
        var appender = services.GetRequiredService<ColdAppender>();
        using var lease = await services.GetRequiredService<DuckDbEngine>().Pool.RentAsync(cancellationToken);
        var files = ColdFiles.None;
        for (var file = 0; file < Files; file++)
        {
            files = files.With(await appender.WritePartitionAsync(
                lease.Connection,
                string.Create(CultureInfo.InvariantCulture, $"""
                    SELECT TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_microseconds((hash(i) % 86400000000)::BIGINT) AS ts, 'res' || (hash(i) % 2000) AS resource,
                      md5(i::VARCHAR) || ' message body ' || (i % 1000) || repeat('x', 50) AS body, (hash(i + 1) % 1000000) / 7.0 AS value, (hash(i + 2) % 5)::INTEGER AS level, md5((i + 7)::VARCHAR) AS trace
                    FROM range({file * RowsPerFile}, {(file + 1) * RowsPerFile}) AS numbers(i)
                    """),
                table, PartitionData.Empty, cancellationToken));
        }

        var staged = await appender.StageAsync(table, files, ImmutableDictionary<string, string>.Empty, cancellationToken);
        return (table with { MetadataLocation = staged.NewLocation, Metadata = staged.Metadata }, files.Files);
    }
}
