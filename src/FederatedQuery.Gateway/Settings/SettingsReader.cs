using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Federation.Materialized;

namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// Reads the settings and reports every wrong one in a line of its own: name, value (never a secret's), what would be right. An empty
/// value is an absent one.
/// </summary>
internal sealed class SettingsReader(CheckedValues values)
{
    /// <summary>Of queryMetrics: each takes some kilobytes of memory.</summary>
    private const int MostIntervals = 10_080;

    private static readonly string[] SslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    /// <returns>The settings, or the errors that keep them from being made (never both).</returns>
    public static (GatewaySettings? Settings, IReadOnlyList<string> Errors) Read(SettingValues values)
    {
        var (settings, errors, _) = ReadAll(values);
        return (settings, errors);
    }

    /// <summary>As <see cref="Read(SettingValues)"/>, and with what each setting is where nothing is given.</summary>
    /// <returns>Defaults by name, null where there is none; settings that did not matter, because others say so, are not among them.</returns>
    public static (GatewaySettings? Settings, IReadOnlyList<string> Errors, IReadOnlyDictionary<string, string?> Defaults) ReadAll(SettingValues values)
    {
        var read = new CheckedValues(values);
        var settings = new SettingsReader(read).Read();
        return read.Errors.Count == 0 ? (settings, [], read.Defaults) : (null, read.Errors, read.Defaults);
    }

    /// <summary>How long is waited for others at start.</summary>
    internal static TimeSpan StartupTimeout(CheckedValues values) => TimeSpan.FromSeconds(values.Integer("STARTUP_TIMEOUT", 60, 1, 3_600));

    private GatewaySettings Read()
    {
        var isOneOfTenants = values.Text(SettingsSources.Tenants) is not null;
        var allowAnonymous = values.Boolean("AUTH_ALLOW_ANONYMOUS", false);
        var access = new AccessReader(values).Read();
        var cold = new ColdStorageReader(values);
        var (reader, extensions) = cold.Reader();
        var buckets = cold.Buckets();
        var isAnonymous = access.Mode == AuthMode.None;
        var host = values.Address("HOST", isAnonymous ? IPAddress.Loopback : IPAddress.Any);
        if (isAnonymous && !IPAddress.IsLoopback(host) && !allowAnonymous)
        {
            values.Wrong("HOST", host.ToString(), "a loopback address while AUTH_MODE is none, or AUTH_ALLOW_ANONYMOUS=true");
        }

        var hotDays = values.Integer("HOT_RETENTION_DAYS", 30, 1, 36_500);
        var coldDays = values.Integer("COLD_RETENTION_DAYS", 730, 1, 36_500);
        if (coldDays < hotDays)
        {
            values.Wrong("COLD_RETENTION_DAYS", coldDays.ToString(CultureInfo.InvariantCulture), $"at least HOT_RETENTION_DAYS, which is {hotDays}");
        }

        var dataDirectory = Path.GetFullPath(values.Text("DATA_DIRECTORY", ".data") ?? ".data");
        var metricsInterval = TimeSpan.FromSeconds(values.Integer("METRICS_INTERVAL", 60, 1, 3_600));
        return new GatewaySettings
        {
            Access = access,
            IsOneOfTenants = isOneOfTenants,
            TenantHosts = TenantHosts(isOneOfTenants),
            Network = new NetworkReader(values).Read() with { IsForThisMachine = isAnonymous && !allowAnonymous },
            RateLimit = RateLimit(),
            Host = host,
            Port = values.Integer("PORT", 8000, 0, 65_535),
            DataDirectory = dataDirectory,
            StartupTimeout = StartupTimeout(values),
            ShutdownDelay = TimeSpan.FromSeconds(values.Integer("SHUTDOWN_DELAY", 0, 0, 600)),
            ShutdownTimeout = TimeSpan.FromSeconds(values.Integer("SHUTDOWN_TIMEOUT", 30, 1, 3_600)),
            QueryTimeout = TimeSpan.FromSeconds(values.Integer("QUERY_TIMEOUT", 300, 1, 86_400)),
            SlowQuery = values.Integer("SLOW_QUERY_MILLISECONDS", 1_000, 0, 86_400_000) is > 0 and var slow ? TimeSpan.FromMilliseconds(slow) : null,
            MetricsInterval = metricsInterval,
            MetricsRetention = MetricsRetention(metricsInterval),
            MaxColdBytesPerQuery = values.Text("MAX_COLD_BYTES_PER_QUERY") is null ? null : values.Integer("MAX_COLD_BYTES_PER_QUERY", 0, 0, long.MaxValue / 2),
            MaxColdBytesPerKey = values.Text("MAX_COLD_BYTES_PER_KEY") is null ? null : values.Integer("MAX_COLD_BYTES_PER_KEY", 0, 0, long.MaxValue / 2),
            Postgres = values.Text("POSTGRES_HOST") is { } postgresHost ? Postgres(postgresHost) : null,
            PostgresPoolSize = values.Integer("POSTGRES_POOL_SIZE", 5, 2, 1_000),
            HotRetentionDays = hotDays,
            ColdRetentionDays = coldDays,
            CacheDirectory = values.Text("CACHE_DIRECTORY") is { } cache ? Path.GetFullPath(cache) : Path.Combine(dataDirectory, "cache"),
            CacheMaxBytes = values.Integer("CACHE_MAX_BYTES", 10_737_418_240, 16 * 1024 * 1024, long.MaxValue / 2),
            Bucket = cold.Bucket(buckets),
            Buckets = buckets,
            RestCatalog = cold.RestCatalog(),
            Analytics = cold.Analytics(),
            DuckDbMemoryLimit = MemoryLimit("DUCKDB_MEMORY_LIMIT", "60%"),
            DuckDbThreads = values.Integer("DUCKDB_THREADS", Environment.ProcessorCount, 1, 1_024),
            ColdReader = reader,
            DuckDbExtensionDirectory = extensions,
            MaintenanceEnabled = values.Boolean("MAINTENANCE_ENABLED", true),
            CompactionEnabled = values.Boolean("COMPACTION_ENABLED", true),
            SnapshotRetentionDays = values.Integer("SNAPSHOT_RETENTION_DAYS", 30, 1, 36_500),
            DefaultPartitionCount = values.Integer("DEFAULT_PARTITION_COUNT", 10, 1, 10_000),
            Materialization = Materialization(),
            Logs = new LogSettings(
                values.Boolean("LOGS_ENABLED", LogSettings.Default.Enabled),
                values.Integer("LOGS_QUEUE_MAX_BYTES", LogSettings.Default.QueueMaxBytes, 1L << 20, 1L << 50),
                values.Integer("LOGS_MIN_FREE_BYTES", LogSettings.Default.MinimumFreeBytes, 0, 1L << 50),
                values.Integer("LOGS_MAX_RECORD_BYTES", LogSettings.Default.MaxRecordBytes, 1 << 10, 16 << 20),
                values.Integer("LOGS_MAX_BODY_BYTES", LogSettings.Default.MaxBodyBytes, 1 << 10, 1 << 30)),
            Demo = new DemoSettings
            {
                Percent = values.Integer("DEMO_PERCENT", 100, 1, 100),
                Tables = DemoTables("DEMO_TABLES"),
                LogFile = values.Text("DEMO_LOG_FILE") is { } file ? Path.GetFullPath(file) : null,
            },
        };
    }

    private ImmutableArray<string> TenantHosts(bool isOneOfTenants)
    {
        const string Name = "TENANT_HOSTS";
        string[] hosts = [.. values.Items(Name).Select(host => host.ToLowerInvariant())];
        foreach (var wrong in hosts.Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic))
        {
            values.Wrong(Name, wrong, "names of hosts such as acme.example.org, without scheme and port, with commas between them");
        }

        if (hosts.Length > 0 && !isOneOfTenants)
        {
            values.Wrong(Name, hosts[0], $"empty where {SettingsSources.Tenants} is: there is one tenant, whatever the name of the host");
        }

        return hosts.Length == 0 ? [] : [.. hosts];
    }

    private RateLimit? RateLimit()
    {
        if (values.Text("RATE_LIMIT_PER_SECOND") is null)
        {
            if (values.Text("RATE_LIMIT_BURST") is { } burst)
            {
                values.Wrong("RATE_LIMIT_BURST", burst, "empty while RATE_LIMIT_PER_SECOND is");
            }

            return null;
        }

        var perSecond = values.Integer("RATE_LIMIT_PER_SECOND", 1, 1, 1_000_000);
        return new RateLimit(perSecond, values.Integer("RATE_LIMIT_BURST", Math.Min(2 * perSecond, 1_000_000), perSecond, 1_000_000));
    }

    private IReadOnlyList<string> DemoTables(string name)
    {
        var wanted = values.Items(name);
        foreach (var unknown in wanted.Except(DemoSettings.AllTables))
        {
            values.Wrong(name, unknown, $"some of {string.Join(", ", DemoSettings.AllTables)}");
        }

        return wanted.Length == 0 ? DemoSettings.AllTables : [.. DemoSettings.AllTables.Intersect(wanted)];
    }

    private MaterializationOptions Materialization() => new()
    {
        Enabled = values.Boolean("MATERIALIZATION_ENABLED", true),
        TimeToLive = TimeSpan.FromSeconds(values.Integer("MATERIALIZATION_TTL", 3600, 1, MaterializationOptions.MaximumTimeToLiveSeconds)),
        MinimumTime = TimeSpan.FromMilliseconds(values.Integer("MATERIALIZATION_MIN_MILLISECONDS", 100, 0, 86_400_000)),
        MaximumCount = values.Integer("MATERIALIZATION_MAX_COUNT", 1_000, 1, 100_000),
        MaximumBytes = values.Integer("MATERIALIZATION_MAX_BYTES", 1L << 30, 1L << 20, 1L << 50),
        MaximumResultBytes = values.Integer("MATERIALIZATION_MAX_RESULT_BYTES", 64L << 20, 1L << 10, 1L << 30),
    };

    private PostgresSettings Postgres(string host)
    {
        var queryUser = values.Required("POSTGRES_QUERY_USER", "the role that raw SQL logs in as; it owns nothing");
        var user = values.Required("POSTGRES_USER", "the role that owns the tables");
        if (queryUser.Length > 0 && queryUser == user)
        {
            values.Wrong("POSTGRES_QUERY_USER", queryUser, "another role than POSTGRES_USER");
        }

        return new PostgresSettings
        {
            Host = host,
            Port = values.Integer("POSTGRES_PORT", 5432, 1, 65_535),
            Database = values.Required("POSTGRES_DATABASE", "the database that holds the hot tier"),
            User = user,
            Password = values.Text("POSTGRES_PASSWORD") ?? "",
            SslMode = values.OneOf("POSTGRES_SSL_MODE", "require", SslModes),
            QueryUser = queryUser,
            QueryPassword = values.Text("POSTGRES_QUERY_PASSWORD") ?? "",
        };
    }

    private TimeSpan MetricsRetention(TimeSpan interval)
    {
        const string Name = "METRICS_RETENTION_SECONDS";
        var retention = TimeSpan.FromSeconds(values.Integer(Name, Math.Max(3_600, (long)interval.TotalSeconds), 1, 31_536_000));
        if (retention < interval || retention / interval > MostIntervals)
        {
            values.Wrong(Name, retention.TotalSeconds.ToString(CultureInfo.InvariantCulture), $"at least METRICS_INTERVAL, which is {interval.TotalSeconds}, and at most {MostIntervals} times that");
        }

        return retention;
    }

    private string MemoryLimit(string name, string fallback)
    {
        var text = values.Text(name, fallback) ?? fallback;
        if (!DuckDbMemoryLimit.TryParse(text, availableBytes: 100, out _))
        {
            values.Wrong(name, text, DuckDbMemoryLimit.Expected);
        }

        return text;
    }
}
