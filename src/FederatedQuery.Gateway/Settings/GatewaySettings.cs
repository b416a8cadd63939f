using System.Collections.Immutable;
using System.Net;
using FederatedQuery.Cold;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore.S3;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Every setting of the gateway, validated. Made once at start by <see cref="SettingsReader"/>; names are those of the environment.</summary>
internal sealed record GatewaySettings
{
    /// <summary>HOST and PORT.</summary>
    public required IPAddress Host { get; init; }

    public required int Port { get; init; }

    /// <summary>AUTH_*.</summary>
    public required AccessSettings Access { get; init; }

    /// <summary>TENANTS_DIRECTORY: the process serves several tenants, and this is one of them.</summary>
    public required bool IsOneOfTenants { get; init; }

    /// <summary>Where the other tenants have their files, for commands that open places.</summary>
    public ImmutableArray<string> OthersLocations { get; init; } = [];

    /// <summary>What the names of its pools of connections begin with, in metrics.</summary>
    public string PoolName => IsOneOfTenants ? Access.Tenant + " " : "";

    /// <summary>TENANT_HOSTS, in lower case.</summary>
    public required ImmutableArray<string> TenantHosts { get; init; }

    /// <summary>CORS_ORIGINS, TRUSTED_PROXIES, TLS_*.</summary>
    public required NetworkSettings Network { get; init; }

    /// <summary>RATE_LIMIT_PER_SECOND and RATE_LIMIT_BURST; null: no limit.</summary>
    public required RateLimit? RateLimit { get; init; }

    /// <summary>DATA_DIRECTORY, absolute: the embedded Postgres, the warehouse, spilled data.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>STARTUP_TIMEOUT: how long a start waits for PostgreSQL.</summary>
    public required TimeSpan StartupTimeout { get; init; }

    /// <summary>SHUTDOWN_DELAY: how long requests are still taken once the process was told to stop, while it says that it is not ready.</summary>
    public required TimeSpan ShutdownDelay { get; init; }

    /// <summary>SHUTDOWN_TIMEOUT: how long running requests then have.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>QUERY_TIMEOUT.</summary>
    public required TimeSpan QueryTimeout { get; init; }

    /// <summary>MAX_COLD_BYTES_PER_QUERY; null: no limit.</summary>
    public required long? MaxColdBytesPerQuery { get; init; }

    /// <summary>MAX_COLD_BYTES_PER_KEY; null: no limit.</summary>
    public required long? MaxColdBytesPerKey { get; init; }

    /// <summary>SLOW_QUERY_MILLISECONDS; null: no query is logged as slow.</summary>
    public required TimeSpan? SlowQuery { get; init; }

    /// <summary>METRICS_INTERVAL.</summary>
    public required TimeSpan MetricsInterval { get; init; }

    /// <summary>METRICS_RETENTION_SECONDS.</summary>
    public required TimeSpan MetricsRetention { get; init; }

    /// <summary>POSTGRES_HOST and its companions; null runs the embedded server.</summary>
    public required PostgresSettings? Postgres { get; init; }

    /// <summary>POSTGRES_POOL_SIZE.</summary>
    public required int PostgresPoolSize { get; init; }

    /// <summary>HOT_RETENTION_DAYS: the default of a tiered table's hotDays.</summary>
    public required int HotRetentionDays { get; init; }

    /// <summary>COLD_RETENTION_DAYS: the default of a tiered table's coldDays.</summary>
    public required int ColdRetentionDays { get; init; }

    /// <summary>CACHE_DIRECTORY, absolute: data files of object stores.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>CACHE_MAX_BYTES.</summary>
    public required long CacheMaxBytes { get; init; }

    /// <summary>S3_TABLE_BUCKET and its companions; null keeps the cold tier in DATA_DIRECTORY.</summary>
    public required BucketSettings? Bucket { get; init; }

    /// <summary>S3_ENDPOINT, AWS_REGION and so on: how any bucket is reached; its name does not count.</summary>
    public required S3Options Buckets { get; init; }

    /// <summary>ICEBERG_REST_URI and its companions; null: ICEBERG_CATALOG is sql.</summary>
    public required RestCatalogOptions? RestCatalog { get; init; }

    /// <summary>ANALYTICS_INTEGRATION_ENABLED and its companions; null: off.</summary>
    public required AnalyticsSettings? Analytics { get; init; }

    /// <summary>The folder of tables on local disk: ICEBERG_WAREHOUSE where that is one, else of DATA_DIRECTORY.</summary>
    public string WarehouseDirectory => Uri.TryCreate(RestCatalog?.Warehouse, UriKind.Absolute, out var warehouse) && warehouse.IsFile
        ? warehouse.LocalPath
        : Path.Combine(DataDirectory, "warehouse");

    /// <summary>DUCKDB_MEMORY_LIMIT, as DuckDB takes it: 60% or 4GB.</summary>
    public required string DuckDbMemoryLimit { get; init; }

    /// <summary>DUCKDB_THREADS.</summary>
    public required int DuckDbThreads { get; init; }

    /// <summary>MAINTENANCE_ENABLED: closed days move to the cold tier, and cold tables are maintained, by themselves.</summary>
    public required bool MaintenanceEnabled { get; init; }

    /// <summary>COMPACTION_ENABLED: maintenance rewrites files, unless a table's own setting says otherwise.</summary>
    public required bool CompactionEnabled { get; init; }

    /// <summary>SNAPSHOT_RETENTION_DAYS: how long snapshots are kept where a table does not say.</summary>
    public required int SnapshotRetentionDays { get; init; }

    /// <summary>DEFAULT_PARTITION_COUNT: buckets where nobody says how many.</summary>
    public required int DefaultPartitionCount { get; init; }

    /// <summary>MATERIALIZATION_*.</summary>
    public required MaterializationOptions Materialization { get; init; }

    /// <summary>LOGS_*.</summary>
    public required LogSettings Logs { get; init; }

    /// <summary>COLD_READER.</summary>
    public required ColdReader ColdReader { get; init; }

    /// <summary>DUCKDB_EXTENSION_DIRECTORY, absolute; empty where no extension is used.</summary>
    public required string DuckDbExtensionDirectory { get; init; }

    /// <summary>DEMO_*.</summary>
    public required DemoSettings Demo { get; init; }
}

/// <summary>A PostgreSQL server that is not the gateway's own.</summary>
internal sealed record PostgresSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Database { get; init; }

    public required string User { get; init; }

    public required string Password { get; init; }

    /// <summary>POSTGRES_SSL_MODE: disable, allow, prefer, require, verify-ca or verify-full.</summary>
    public required string SslMode { get; init; }

    /// <summary>POSTGRES_QUERY_USER and POSTGRES_QUERY_PASSWORD: the role that raw SQL logs in as.</summary>
    public required string QueryUser { get; init; }

    public required string QueryPassword { get; init; }
}
