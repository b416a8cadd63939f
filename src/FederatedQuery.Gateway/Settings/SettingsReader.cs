using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Analytics;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.ObjectStore.S3;

namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// Reads the settings and reports every wrong one in a line of its own: name, value (never a secret's), what would be right. An empty
/// value is an absent one.
/// </summary>
internal sealed class SettingsReader(SettingValues values)
{
    private static readonly string[] SslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    private readonly List<string> _errors = [];
    private readonly Dictionary<string, string?> _defaults = [];

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
        var reader = new SettingsReader(values);
        var settings = reader.Read();
        return reader._errors.Count == 0 ? (settings, [], reader._defaults) : (null, reader._errors, reader._defaults);
    }

    /// <summary>Of queryMetrics: each takes some kilobytes of memory.</summary>
    private const int MostIntervals = 10_080;

    private GatewaySettings Read()
    {
        var isOneOfTenants = Text(SettingsSources.Tenants) is not null;
        var allowAnonymous = Boolean("AUTH_ALLOW_ANONYMOUS", false);
        var access = new AccessReader(Text, OneOf, HttpAddress, _errors.Add).Read();
        var isRest = OneOf("ICEBERG_CATALOG", "sql", ["sql", "rest"]) == "rest";
        var reader = OneOf("COLD_READER", "native", ["native", "extension"]) == "extension" ? ColdReader.Extension : ColdReader.Native;
        var extensions = Text("DUCKDB_EXTENSION_DIRECTORY") is { } directory ? Path.GetFullPath(directory) : "";
        if (reader == ColdReader.Extension && (isRest || Text("S3_TABLE_BUCKET") is not null))
        {
            Wrong("COLD_READER", "extension", $"native while {(isRest ? "ICEBERG_CATALOG is rest" : "S3_TABLE_BUCKET is set")}: the extension would need credentials of its own");
        }

        if (reader == ColdReader.Extension && extensions.Length == 0)
        {
            _errors.Add("DUCKDB_EXTENSION_DIRECTORY is not set; with COLD_READER=extension it must name the folder that holds DuckDB's iceberg extension.");
        }

        var isAnonymous = access.Mode == AuthMode.None;
        var host = Address("HOST", isAnonymous ? IPAddress.Loopback : IPAddress.Any);
        if (isAnonymous && !IPAddress.IsLoopback(host) && !allowAnonymous)
        {
            Wrong("HOST", host.ToString(), "a loopback address while AUTH_MODE is none, or AUTH_ALLOW_ANONYMOUS=true");
        }

        var hotDays = Integer("HOT_RETENTION_DAYS", 30, 1, 36_500);
        var coldDays = Integer("COLD_RETENTION_DAYS", 730, 1, 36_500);
        if (coldDays < hotDays)
        {
            Wrong("COLD_RETENTION_DAYS", coldDays.ToString(CultureInfo.InvariantCulture), $"at least HOT_RETENTION_DAYS, which is {hotDays}");
        }

        var dataDirectory = Path.GetFullPath(Text("DATA_DIRECTORY", ".data") ?? ".data");
        var buckets = Buckets();
        var metricsInterval = TimeSpan.FromSeconds(Integer("METRICS_INTERVAL", 60, 1, 3_600));
        return new GatewaySettings
        {
            Access = access,
            IsOneOfTenants = isOneOfTenants,
            TenantHosts = TenantHosts(isOneOfTenants),
            Network = new NetworkReader(Text, _errors.Add).Read(),
            RateLimit = RateLimit(),
            Host = host,
            Port = Integer("PORT", 8000, 0, 65_535),
            DataDirectory = dataDirectory,
            StartupTimeout = TimeSpan.FromSeconds(Integer("STARTUP_TIMEOUT", 60, 1, 3_600)),
            ShutdownDelay = TimeSpan.FromSeconds(Integer("SHUTDOWN_DELAY", 0, 0, 600)),
            ShutdownTimeout = TimeSpan.FromSeconds(Integer("SHUTDOWN_TIMEOUT", 30, 1, 3_600)),
            QueryTimeout = TimeSpan.FromSeconds(Integer("QUERY_TIMEOUT", 300, 1, 86_400)),
            SlowQuery = Integer("SLOW_QUERY_MILLISECONDS", 1_000, 0, 86_400_000) is > 0 and var slow ? TimeSpan.FromMilliseconds(slow) : null,
            MetricsInterval = metricsInterval,
            MetricsRetention = MetricsRetention(metricsInterval),
            MaxColdBytesPerQuery = Text("MAX_COLD_BYTES_PER_QUERY") is null ? null : Integer("MAX_COLD_BYTES_PER_QUERY", 0, 0, long.MaxValue / 2),
            MaxColdBytesPerKey = Text("MAX_COLD_BYTES_PER_KEY") is null ? null : Integer("MAX_COLD_BYTES_PER_KEY", 0, 0, long.MaxValue / 2),
            Postgres = Text("POSTGRES_HOST") is { } postgresHost ? Postgres(postgresHost) : null,
            PostgresPoolSize = Integer("POSTGRES_POOL_SIZE", 5, 2, 1_000),
            HotRetentionDays = hotDays,
            ColdRetentionDays = coldDays,
            CacheDirectory = Text("CACHE_DIRECTORY") is { } cache ? Path.GetFullPath(cache) : Path.Combine(dataDirectory, "cache"),
            CacheMaxBytes = Integer("CACHE_MAX_BYTES", 10_737_418_240, 16 * 1024 * 1024, long.MaxValue / 2),
            Bucket = Bucket(isRest, buckets),
            Buckets = buckets,
            RestCatalog = isRest ? new RestCatalogReader("ICEBERG_REST", "ICEBERG_WAREHOUSE", Text, HttpAddress, _errors.Add).Read() : null,
            Analytics = Boolean("ANALYTICS_INTEGRATION_ENABLED", false) ? Analytics() : null,
            DuckDbMemoryLimit = MemoryLimit("DUCKDB_MEMORY_LIMIT", "60%"),
            DuckDbThreads = Integer("DUCKDB_THREADS", Environment.ProcessorCount, 1, 1_024),
            ColdReader = reader,
            DuckDbExtensionDirectory = extensions,
            MaintenanceEnabled = Boolean("MAINTENANCE_ENABLED", true),
            CompactionEnabled = Boolean("COMPACTION_ENABLED", true),
            SnapshotRetentionDays = Integer("SNAPSHOT_RETENTION_DAYS", 30, 1, 36_500),
            DefaultPartitionCount = Integer("DEFAULT_PARTITION_COUNT", 10, 1, 10_000),
            Materialization = Materialization(),
            Logs = new LogSettings(
                Boolean("LOGS_ENABLED", LogSettings.Default.Enabled),
                Integer("LOGS_QUEUE_MAX_BYTES", LogSettings.Default.QueueMaxBytes, 1L << 20, 1L << 50),
                Integer("LOGS_MIN_FREE_BYTES", LogSettings.Default.MinimumFreeBytes, 0, 1L << 50),
                Integer("LOGS_MAX_RECORD_BYTES", LogSettings.Default.MaxRecordBytes, 1 << 10, 16 << 20),
                Integer("LOGS_MAX_BODY_BYTES", LogSettings.Default.MaxBodyBytes, 1 << 10, 1 << 30)),
            Demo = new DemoSettings
            {
                Percent = Integer("DEMO_PERCENT", 100, 1, 100),
                Tables = DemoTables("DEMO_TABLES"),
                LogFile = Text("DEMO_LOG_FILE") is { } file ? Path.GetFullPath(file) : null,
            },
        };
    }

    private ImmutableArray<string> TenantHosts(bool isOneOfTenants)
    {
        const string Name = "TENANT_HOSTS";
        string[] hosts = [.. (Text(Name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []).Select(host => host.ToLowerInvariant())];
        foreach (var wrong in hosts.Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic))
        {
            Wrong(Name, wrong, "names of hosts such as acme.example.org, without scheme and port, with commas between them");
        }

        if (hosts.Length > 0 && !isOneOfTenants)
        {
            Wrong(Name, hosts[0], $"empty where {SettingsSources.Tenants} is: there is one tenant, whatever the name of the host");
        }

        return hosts.Length == 0 ? [] : [.. hosts];
    }

    private RateLimit? RateLimit()
    {
        if (Text("RATE_LIMIT_PER_SECOND") is null)
        {
            if (Text("RATE_LIMIT_BURST") is { } burst)
            {
                Wrong("RATE_LIMIT_BURST", burst, "empty while RATE_LIMIT_PER_SECOND is");
            }

            return null;
        }

        var perSecond = Integer("RATE_LIMIT_PER_SECOND", 1, 1, 1_000_000);
        return new RateLimit(perSecond, Integer("RATE_LIMIT_BURST", Math.Min(2 * perSecond, 1_000_000), perSecond, 1_000_000));
    }

    private IReadOnlyList<string> DemoTables(string name)
    {
        var wanted = Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var unknown in wanted.Except(DemoSettings.AllTables))
        {
            Wrong(name, unknown, $"some of {string.Join(", ", DemoSettings.AllTables)}");
        }

        return wanted.Length == 0 ? DemoSettings.AllTables : [.. DemoSettings.AllTables.Intersect(wanted)];
    }

    private MaterializationOptions Materialization() => new()
    {
        Enabled = Boolean("MATERIALIZATION_ENABLED", true),
        TimeToLive = TimeSpan.FromSeconds(Integer("MATERIALIZATION_TTL", 3600, 1, MaterializationOptions.MaximumTimeToLiveSeconds)),
        MinimumTime = TimeSpan.FromMilliseconds(Integer("MATERIALIZATION_MIN_MILLISECONDS", 100, 0, 86_400_000)),
        MaximumCount = Integer("MATERIALIZATION_MAX_COUNT", 1_000, 1, 100_000),
        MaximumBytes = Integer("MATERIALIZATION_MAX_BYTES", 1L << 30, 1L << 20, 1L << 50),
        MaximumResultBytes = Integer("MATERIALIZATION_MAX_RESULT_BYTES", 64L << 20, 1L << 10, 1L << 30),
    };

    private PostgresSettings Postgres(string host)
    {
        var queryUser = Required("POSTGRES_QUERY_USER", "the role that raw SQL logs in as; it owns nothing");
        var user = Required("POSTGRES_USER", "the role that owns the tables");
        if (queryUser.Length > 0 && queryUser == user)
        {
            Wrong("POSTGRES_QUERY_USER", queryUser, "another role than POSTGRES_USER");
        }

        return new PostgresSettings
        {
            Host = host,
            Port = Integer("POSTGRES_PORT", 5432, 1, 65_535),
            Database = Required("POSTGRES_DATABASE", "the database that holds the hot tier"),
            User = user,
            Password = Text("POSTGRES_PASSWORD") ?? "",
            SslMode = OneOf("POSTGRES_SSL_MODE", "require", SslModes),
            QueryUser = queryUser,
            QueryPassword = Text("POSTGRES_QUERY_PASSWORD") ?? "",
        };
    }

    private AnalyticsSettings Analytics()
    {
        var (glue, isForSagemaker) = (Text("GLUE_CATALOG_ID"), Boolean("SAGEMAKER_INTEGRATION", false));
        var isRest = Text("ANALYTICS_REST_URI") is not null;
        if (glue is null == !isRest)
        {
            _errors.Add(isRest
                ? "ANALYTICS_REST_URI and GLUE_CATALOG_ID are both set; with ANALYTICS_INTEGRATION_ENABLED=true one of them says where the tables are registered."
                : "GLUE_CATALOG_ID is not set; with ANALYTICS_INTEGRATION_ENABLED=true it must be the id of the Glue catalog (the AWS account's number), or ANALYTICS_REST_URI the address of another catalog.");
        }

        if (glue is not null && Text("AWS_REGION") is null)
        {
            _errors.Add("AWS_REGION is not set; with GLUE_CATALOG_ID it must be the region of the Glue catalog, such as eu-central-1.");
        }

        if (glue is not null && !glue.All(char.IsAsciiDigit))
        {
            Wrong("GLUE_CATALOG_ID", glue, "the number of an AWS account, such as 123456789012");
        }

        if (isForSagemaker && isRest)
        {
            Wrong("SAGEMAKER_INTEGRATION", "true", "false with ANALYTICS_REST_URI: SageMaker finds tables in Glue's catalog, which GLUE_CATALOG_ID names");
        }

        return new AnalyticsSettings(
            new AnalyticsCatalogOptions
            {
                Rest = isRest ? new RestCatalogReader("ANALYTICS_REST", "ANALYTICS_REST_WAREHOUSE", Text, HttpAddress, _errors.Add).Read() : null,
                GlueCatalogId = glue,
                GlueEndpoint = HttpAddress("GLUE_ENDPOINT"),
            },
            isForSagemaker);
    }

    private S3Options Buckets() => new()
    {
        Bucket = "any",
        Endpoint = HttpAddress("S3_ENDPOINT"),
        Region = Text("AWS_REGION"),
        MaxRetries = Integer("MAX_RETRIES", 3, 0, 20),
        MaxRetryDelay = TimeSpan.FromSeconds(Integer("RETRY_DELAY", 5, 1, 300)),
    };

    private BucketSettings? Bucket(bool isRest, S3Options buckets)
    {
        if (Text("S3_TABLE_BUCKET") is not { } text || (isRest && RestCatalogReader.IsArn(text)))
        {
            return null;
        }

        if (RestCatalogReader.IsArn(text))
        {
            Wrong("S3_TABLE_BUCKET", text, "the name of a bucket or s3://bucket/prefix while ICEBERG_CATALOG is sql: S3 Tables are reached by their REST catalog");
            return null;
        }

        if (BucketSettings.TryParse(text) is not { } bucket)
        {
            Wrong("S3_TABLE_BUCKET", text, "the name of a bucket such as my-tables, or s3://my-tables/prefix");
            return null;
        }

        return bucket with { Options = buckets with { Bucket = bucket.Options.Bucket } };
    }

    private Uri? HttpAddress(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        Wrong(name, text, "an address such as https://s3.example.com:9000");
        return null;
    }

    private string? Text(string name) => Text(name, null);

    /// <param name="name">The setting.</param>
    /// <param name="fallback">What it is where it is absent.</param>
    /// <returns>Null where it is absent.</returns>
    private string? Text(string name, string? fallback)
    {
        if (fallback is not null || !_defaults.ContainsKey(name))
        {
            _defaults[name] = fallback;
        }

        return values.Text(name);
    }

    private string Required(string name, string meaning)
    {
        if (Text(name) is { } value)
        {
            return value;
        }

        _errors.Add($"{name} is not set; with POSTGRES_HOST it must name {meaning}.");
        return "";
    }

    private int Integer(string name, int fallback, int least, int most) => (int)Integer(name, (long)fallback, least, most);

    private long Integer(string name, long fallback, long least, long most)
    {
        if (Text(name, fallback.ToString(CultureInfo.InvariantCulture)) is not { } text)
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Wrong(name, text, $"a whole number from {least} to {most}");
        return fallback;
    }

    private bool Boolean(string name, bool fallback)
    {
        switch (Text(name, fallback ? "true" : "false")?.ToLowerInvariant())
        {
            case null:
                return fallback;
            case "true" or "1" or "yes":
                return true;
            case "false" or "0" or "no":
                return false;
            case var text:
                Wrong(name, text, "true or false");
                return fallback;
        }
    }

    private string OneOf(string name, string fallback, IReadOnlyList<string> allowed)
    {
        var value = Text(name, fallback)?.ToLowerInvariant() ?? fallback;
        if (!allowed.Contains(value))
        {
            Wrong(name, value, allowed.Count == 1 ? $"{allowed[0]} in this version" : $"one of {string.Join(", ", allowed)}");
        }

        return value;
    }

    private IPAddress Address(string name, IPAddress fallback)
    {
        var text = Text(name, fallback.ToString());
        if (text is null)
        {
            return fallback;
        }

        if (text == "localhost")
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        Wrong(name, text, "an IP address such as 127.0.0.1, or localhost");
        return fallback;
    }

    private TimeSpan MetricsRetention(TimeSpan interval)
    {
        const string Name = "METRICS_RETENTION_SECONDS";
        var retention = TimeSpan.FromSeconds(Integer(Name, Math.Max(3_600, (long)interval.TotalSeconds), 1, 31_536_000));
        if (retention < interval || retention / interval > MostIntervals)
        {
            Wrong(Name, retention.TotalSeconds.ToString(CultureInfo.InvariantCulture), $"at least METRICS_INTERVAL, which is {interval.TotalSeconds}, and at most {MostIntervals} times that");
        }

        return retention;
    }

    private string MemoryLimit(string name, string fallback)
    {
        var text = Text(name, fallback) ?? fallback;
        if (!DuckDbMemoryLimit.TryParse(text, availableBytes: 100, out _))
        {
            Wrong(name, text, DuckDbMemoryLimit.Expected);
        }

        return text;
    }

    private void Wrong(string name, string value, string right) => _errors.Add($"{name} is '{value}'; it must be {right}.");
}
