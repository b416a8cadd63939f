using FederatedQuery.Cold.Analytics;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore.S3;

namespace FederatedQuery.Cold;

/// <summary>Where the cold tier lies and how it is bounded.</summary>
public sealed class ColdOptions
{
    /// <summary>The name under which other engines find the catalog in Postgres (JDBC catalog: <c>catalog_name</c>).</summary>
    public string CatalogName { get; set; } = "federatedquery";

    /// <summary>The folder of the tables, new ones unless there is a <see cref="Bucket"/>. Made when absent.</summary>
    public string WarehouseDirectory { get; set; } = Path.Combine(".data", "warehouse");

    /// <summary>S3_TABLE_BUCKET: where new tables go; null: to <see cref="WarehouseDirectory"/>. All of the bucket is readable, unless <see cref="IsPrefixAlone"/>.</summary>
    public S3Options? Bucket { get; set; }

    /// <summary>Where in the bucket: <c>a/b</c>, or empty for its top.</summary>
    public string BucketPrefix { get; set; } = "";

    /// <summary>Of the bucket, only what is below <see cref="BucketPrefix"/> is readable: the rest is others'.</summary>
    public bool IsPrefixAlone { get; set; }

    /// <summary>Folders and prefixes of buckets that are others': no table in them is registered here, whoever asks for it.</summary>
    public IReadOnlyList<string> OthersLocations { get; set; } = [];

    /// <summary>The location below which new tables lie: <c>file:///data/warehouse</c>, <c>s3://bucket/prefix</c>.</summary>
    public string WarehouseLocation => Bucket is { } bucket
        ? $"s3://{bucket.Bucket}/{BucketPrefix}".TrimEnd('/')
        : new Uri(Path.GetFullPath(WarehouseDirectory)).AbsoluteUri;

    /// <summary>ICEBERG_CATALOG=rest: the catalog; null: the one in Postgres.</summary>
    public RestCatalogOptions? RestCatalog { get; set; }

    /// <summary>ANALYTICS_INTEGRATION_ENABLED: where the tables are registered for other engines; null: nowhere.</summary>
    public AnalyticsCatalogOptions? Analytics { get; set; }

    /// <summary>How other buckets are reached, that a REST catalog's tables lie in or a location map leads to; the name of the bucket does not count.</summary>
    public S3Options Buckets { get; set; } = new() { Bucket = "any" };

    /// <summary>Where files are written before they are uploaded. Made when absent, emptied at start.</summary>
    public string StagingDirectory { get; set; } = Path.Combine(".data", "staging");

    /// <summary>Where DuckDB spills. Made when absent.</summary>
    public string TemporaryDirectory { get; set; } = Path.Combine(".data", "spill");

    /// <summary>CACHE_DIRECTORY: where data files of object stores are kept. Made when absent; of one process at a time.</summary>
    public string CacheDirectory { get; set; } = Path.Combine(".data", "cache");

    /// <summary>CACHE_MAX_BYTES: what the cache may take there. A statement that reads more than this is refused.</summary>
    public long CacheMaxBytes { get; set; } = 10L * 1024 * 1024 * 1024;

    /// <summary>DUCKDB_MEMORY_LIMIT.</summary>
    public string MemoryLimit { get; set; } = "60%";

    /// <summary>DUCKDB_THREADS.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>COLD_READER.</summary>
    public ColdReader Reader { get; set; }

    /// <summary>DUCKDB_EXTENSION_DIRECTORY: where the extension's file is that <see cref="ColdReader.Extension"/> needs.</summary>
    public string ExtensionDirectory { get; set; } = "";

    /// <summary>About how much memory parsed manifests may take.</summary>
    public long ManifestCacheBytes { get; set; } = 256L * 1024 * 1024;
}
