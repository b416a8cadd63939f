using System.Net;
using FederatedQuery.Cold;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.ObjectStore.S3;

namespace FederatedQuery.Gateway.Tests.Settings;

public class SettingsReaderTests
{
    private static readonly (string Name, string? Value)[] OwnServer =
    [
        ("POSTGRES_HOST", "db.example.com"),
        ("POSTGRES_DATABASE", "warehouse"),
        ("POSTGRES_USER", "owner"),
        ("POSTGRES_PASSWORD", "top secret"),
        ("POSTGRES_QUERY_USER", "reader"),
        ("POSTGRES_QUERY_PASSWORD", "also secret"),
    ];

    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var settings = TestSettings.ReadRight();

        Assert.Equal(
            new GatewaySettings
            {
                Access = AccessSettings.Default,
                IsOneOfTenants = false,
                TenantHosts = [],
                Network = new NetworkSettings { IsForThisMachine = true },
                RateLimit = null,
                SlowQuery = TimeSpan.FromSeconds(1),
                MetricsInterval = TimeSpan.FromMinutes(1),
                MetricsRetention = TimeSpan.FromHours(1),
                Host = IPAddress.Loopback,
                Port = 8000,
                DataDirectory = Path.GetFullPath(".data"),
                StartupTimeout = TimeSpan.FromSeconds(60),
                ShutdownDelay = TimeSpan.Zero,
                ShutdownTimeout = TimeSpan.FromSeconds(30),
                QueryTimeout = TimeSpan.FromSeconds(300),
                MaxColdBytesPerQuery = null,
                MaxColdBytesPerKey = null,
                Postgres = null,
                PostgresPoolSize = 5,
                HotRetentionDays = 30,
                ColdRetentionDays = 730,
                CacheDirectory = Path.GetFullPath(Path.Combine(".data", "cache")),
                CacheMaxBytes = 10_737_418_240,
                Bucket = null,
                Buckets = new S3Options { Bucket = "any", MaxRetries = 3, MaxRetryDelay = TimeSpan.FromSeconds(5) },
                RestCatalog = null,
                Analytics = null,
                ColdReader = ColdReader.Native,
                DuckDbExtensionDirectory = "",
                DuckDbMemoryLimit = "60%",
                DuckDbThreads = Environment.ProcessorCount,
                MaintenanceEnabled = true,
                CompactionEnabled = true,
                SnapshotRetentionDays = 30,
                DefaultPartitionCount = 10,
                Materialization = new MaterializationOptions(),
                Logs = LogSettings.Default,
                Demo = settings.Demo,
            },
            settings);
        Assert.Equal(100, settings.Demo.Percent);
        Assert.Equal(DemoSettings.AllTables, settings.Demo.Tables);
        Assert.Null(settings.Demo.LogFile);
    }

    [Fact]
    public void Read_EmptyValues_AreAbsentOnes() =>
        Assert.Equal(
            TestSettings.ReadRight() with { Demo = DemoSettings.Default },
            TestSettings.ReadRight([.. SettingNames.All.Select(setting => (setting.Name, (string?)" "))]) with { Demo = DemoSettings.Default });

    [Fact]
    public void Read_EverySettingGiven_IsTaken()
    {
        var settings = TestSettings.ReadRight(
        [
            .. OwnServer,
            ("POSTGRES_PORT", "6543"),
            ("POSTGRES_SSL_MODE", "Verify-Full"),
            ("POSTGRES_POOL_SIZE", "20"),
            ("HOST", "0.0.0.0"),
            ("AUTH_MODE", "none"),
            ("AUTH_ALLOW_ANONYMOUS", "true"),
            ("PORT", "0"),
            ("DATA_DIRECTORY", "elsewhere"),
            ("STARTUP_TIMEOUT", "11"),
            ("SHUTDOWN_DELAY", "12"),
            ("SHUTDOWN_TIMEOUT", "13"),
            ("QUERY_TIMEOUT", "7"),
            ("SLOW_QUERY_MILLISECONDS", "0"),
            ("METRICS_INTERVAL", "10"),
            ("METRICS_RETENTION_SECONDS", "600"),
            ("HOT_RETENTION_DAYS", "3"),
            ("COLD_RETENTION_DAYS", "9"),
            ("DUCKDB_MEMORY_LIMIT", "1.5GB"),
            ("DUCKDB_THREADS", "2"),
            ("MAINTENANCE_ENABLED", "no"),
            ("COMPACTION_ENABLED", "false"),
            ("SNAPSHOT_RETENTION_DAYS", "7"),
            ("DEFAULT_PARTITION_COUNT", "16"),
            ("MATERIALIZATION_ENABLED", "false"),
            ("MATERIALIZATION_TTL", "60"),
            ("MATERIALIZATION_MIN_MILLISECONDS", "0"),
            ("MATERIALIZATION_MAX_COUNT", "5"),
            ("MATERIALIZATION_MAX_BYTES", "2000000"),
            ("MATERIALIZATION_MAX_RESULT_BYTES", "100000"),
            ("LOGS_ENABLED", "false"),
            ("LOGS_QUEUE_MAX_BYTES", "2000000"),
            ("LOGS_MIN_FREE_BYTES", "0"),
            ("LOGS_MAX_BODY_BYTES", "4096"),
            ("LOGS_MAX_RECORD_BYTES", "2048"),
            ("ICEBERG_CATALOG", "sql"),
            ("COLD_READER", "Extension"),
            ("DUCKDB_EXTENSION_DIRECTORY", "extensions"),
            ("DEMO_PERCENT", "2"),
            ("DEMO_TABLES", "users, flights"),
            ("DEMO_LOG_FILE", "access.log"),
        ]);

        Assert.Equal(IPAddress.Any, settings.Host);
        Assert.Equal(0, settings.Port);
        Assert.Equal(Path.GetFullPath("elsewhere"), settings.DataDirectory);
        Assert.Equal((11, 12, 13), (settings.StartupTimeout.TotalSeconds, settings.ShutdownDelay.TotalSeconds, settings.ShutdownTimeout.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(7), settings.QueryTimeout);
        Assert.Null(settings.SlowQuery);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), (settings.MetricsInterval, settings.MetricsRetention));
        Assert.Equal(20, settings.PostgresPoolSize);
        Assert.Equal(3, settings.HotRetentionDays);
        Assert.Equal(9, settings.ColdRetentionDays);
        Assert.Equal("1.5GB", settings.DuckDbMemoryLimit);
        Assert.Equal(2, settings.DuckDbThreads);
        Assert.False(settings.MaintenanceEnabled);
        Assert.False(settings.CompactionEnabled);
        Assert.Equal(7, settings.SnapshotRetentionDays);
        Assert.Equal(16, settings.DefaultPartitionCount);
        Assert.Equal(
            new MaterializationOptions
            {
                Enabled = false,
                TimeToLive = TimeSpan.FromMinutes(1),
                MinimumTime = TimeSpan.Zero,
                MaximumCount = 5,
                MaximumBytes = 2_000_000,
                MaximumResultBytes = 100_000,
            },
            settings.Materialization);
        Assert.Equal(new LogSettings(false, 2_000_000, 0, 2048, 4096), settings.Logs);
        Assert.Equal(ColdReader.Extension, settings.ColdReader);
        Assert.Equal(Path.GetFullPath("extensions"), settings.DuckDbExtensionDirectory);
        Assert.Equal(
            new PostgresSettings
            {
                Host = "db.example.com",
                Port = 6543,
                Database = "warehouse",
                User = "owner",
                Password = "top secret",
                SslMode = "verify-full",
                QueryUser = "reader",
                QueryPassword = "also secret",
            },
            settings.Postgres);
        Assert.Equal(2, settings.Demo.Percent);
        Assert.Equal(["users", "flights"], settings.Demo.Tables);
        Assert.Equal(Path.GetFullPath("access.log"), settings.Demo.LogFile);
    }

    [Theory]
    [InlineData("PORT", "80000", "PORT is '80000'; it must be a whole number from 0 to 65535.")]
    [InlineData("PORT", "http", "PORT is 'http'; it must be a whole number from 0 to 65535.")]
    [InlineData("PORT", "-1", "PORT is '-1'; it must be a whole number from 0 to 65535.")]
    [InlineData("HOST", "example", "HOST is 'example'; it must be an IP address such as 127.0.0.1, or localhost.")]
    [InlineData("HOST", "0.0.0.0", "HOST is '0.0.0.0'; it must be a loopback address while AUTH_MODE is none, or AUTH_ALLOW_ANONYMOUS=true.")]
    [InlineData("SLOW_QUERY_MILLISECONDS", "-1", "SLOW_QUERY_MILLISECONDS is '-1'; it must be a whole number from 0 to 86400000.")]
    [InlineData("METRICS_INTERVAL", "0", "METRICS_INTERVAL is '0'; it must be a whole number from 1 to 3600.")]
    [InlineData("METRICS_RETENTION_SECONDS", "59", "METRICS_RETENTION_SECONDS is '59'; it must be at least METRICS_INTERVAL, which is 60, and at most 10080 times that.")]
    [InlineData("METRICS_RETENTION_SECONDS", "604801", "METRICS_RETENTION_SECONDS is '604801'; it must be at least METRICS_INTERVAL, which is 60, and at most 10080 times that.")]
    [InlineData("STARTUP_TIMEOUT", "0", "STARTUP_TIMEOUT is '0'; it must be a whole number from 1 to 3600.")]
    [InlineData("SHUTDOWN_DELAY", "-1", "SHUTDOWN_DELAY is '-1'; it must be a whole number from 0 to 600.")]
    [InlineData("SHUTDOWN_TIMEOUT", "0", "SHUTDOWN_TIMEOUT is '0'; it must be a whole number from 1 to 3600.")]
    [InlineData("QUERY_TIMEOUT", "0", "QUERY_TIMEOUT is '0'; it must be a whole number from 1 to 86400.")]
    [InlineData("QUERY_TIMEOUT", "1.5", "QUERY_TIMEOUT is '1.5'; it must be a whole number from 1 to 86400.")]
    [InlineData("POSTGRES_POOL_SIZE", "1", "POSTGRES_POOL_SIZE is '1'; it must be a whole number from 2 to 1000.")]
    [InlineData("HOT_RETENTION_DAYS", "0", "HOT_RETENTION_DAYS is '0'; it must be a whole number from 1 to 36500.")]
    [InlineData("HOT_RETENTION_DAYS", "731", "COLD_RETENTION_DAYS is '730'; it must be at least HOT_RETENTION_DAYS, which is 731.")]
    [InlineData("COLD_RETENTION_DAYS", "29", "COLD_RETENTION_DAYS is '29'; it must be at least HOT_RETENTION_DAYS, which is 30.")]
    [InlineData("MAX_COLD_BYTES_PER_QUERY", "1GB", "MAX_COLD_BYTES_PER_QUERY is '1GB'; it must be a whole number from 0 to 4611686018427387903.")]
    [InlineData("MAX_COLD_BYTES_PER_KEY", "-1", "MAX_COLD_BYTES_PER_KEY is '-1'; it must be a whole number from 0 to 4611686018427387903.")]
    [InlineData("ANALYTICS_INTEGRATION_ENABLED", "perhaps", "ANALYTICS_INTEGRATION_ENABLED is 'perhaps'; it must be true or false.")]
    [InlineData("ANALYTICS_INTEGRATION_ENABLED", "true", "GLUE_CATALOG_ID is not set; with ANALYTICS_INTEGRATION_ENABLED=true it must be the id of the Glue catalog (the AWS account's number), or ANALYTICS_REST_URI the address of another catalog.")]
    [InlineData("DUCKDB_MEMORY_LIMIT", "lots", "DUCKDB_MEMORY_LIMIT is 'lots'; it must be a share of the memory such as 60%, or an amount such as 4GB.")]
    [InlineData("DUCKDB_MEMORY_LIMIT", "120%", "DUCKDB_MEMORY_LIMIT is '120%'; it must be a share of the memory such as 60%, or an amount such as 4GB.")]
    [InlineData("DUCKDB_MEMORY_LIMIT", "4", "DUCKDB_MEMORY_LIMIT is '4'; it must be a share of the memory such as 60%, or an amount such as 4GB.")]
    [InlineData("DUCKDB_THREADS", "0", "DUCKDB_THREADS is '0'; it must be a whole number from 1 to 1024.")]
    [InlineData("MAINTENANCE_ENABLED", "maybe", "MAINTENANCE_ENABLED is 'maybe'; it must be true or false.")]
    [InlineData("COMPACTION_ENABLED", "2", "COMPACTION_ENABLED is '2'; it must be true or false.")]
    [InlineData("SNAPSHOT_RETENTION_DAYS", "0", "SNAPSHOT_RETENTION_DAYS is '0'; it must be a whole number from 1 to 36500.")]
    [InlineData("DEFAULT_PARTITION_COUNT", "0", "DEFAULT_PARTITION_COUNT is '0'; it must be a whole number from 1 to 10000.")]
    [InlineData("LOGS_QUEUE_MAX_BYTES", "1GB", "LOGS_QUEUE_MAX_BYTES is '1GB'; it must be a whole number from 1048576 to 1125899906842624.")]
    [InlineData("LOGS_MAX_BODY_BYTES", "12", "LOGS_MAX_BODY_BYTES is '12'; it must be a whole number from 1024 to 1073741824.")]
    [InlineData("LOGS_MIN_FREE_BYTES", "-1", "LOGS_MIN_FREE_BYTES is '-1'; it must be a whole number from 0 to 1125899906842624.")]
    [InlineData("LOGS_MAX_RECORD_BYTES", "0", "LOGS_MAX_RECORD_BYTES is '0'; it must be a whole number from 1024 to 16777216.")]
    [InlineData("MATERIALIZATION_ENABLED", "maybe", "MATERIALIZATION_ENABLED is 'maybe'; it must be true or false.")]
    [InlineData("MATERIALIZATION_TTL", "0", "MATERIALIZATION_TTL is '0'; it must be a whole number from 1 to 31536000.")]
    [InlineData("MATERIALIZATION_MIN_MILLISECONDS", "-1", "MATERIALIZATION_MIN_MILLISECONDS is '-1'; it must be a whole number from 0 to 86400000.")]
    [InlineData("MATERIALIZATION_MAX_COUNT", "0", "MATERIALIZATION_MAX_COUNT is '0'; it must be a whole number from 1 to 100000.")]
    [InlineData("MATERIALIZATION_MAX_BYTES", "1k", "MATERIALIZATION_MAX_BYTES is '1k'; it must be a whole number from 1048576 to 1125899906842624.")]
    [InlineData("MATERIALIZATION_MAX_RESULT_BYTES", "1", "MATERIALIZATION_MAX_RESULT_BYTES is '1'; it must be a whole number from 1024 to 1073741824.")]
    [InlineData("AUTH_ALLOW_ANONYMOUS", "maybe", "AUTH_ALLOW_ANONYMOUS is 'maybe'; it must be true or false.")]
    [InlineData("AUTH_MODE", "ldap", "AUTH_MODE is 'ldap'; it must be one of none, apikey, jwt.")]
    [InlineData("ICEBERG_CATALOG", "hive", "ICEBERG_CATALOG is 'hive'; it must be one of sql, rest.")]
    [InlineData("COLD_READER", "trino", "COLD_READER is 'trino'; it must be one of native, extension.")]
    [InlineData("COLD_READER", "extension", "DUCKDB_EXTENSION_DIRECTORY is not set; with COLD_READER=extension it must name the folder that holds DuckDB's iceberg extension.")]
    [InlineData("S3_TABLE_BUCKET", "My Tables", "S3_TABLE_BUCKET is 'My Tables'; it must be the name of a bucket such as my-tables, or s3://my-tables/prefix.")]
    [InlineData("S3_TABLE_BUCKET", "my-tables/prefix", "S3_TABLE_BUCKET is 'my-tables/prefix'; it must be the name of a bucket such as my-tables, or s3://my-tables/prefix.")]
    [InlineData("S3_TABLE_BUCKET", "s3://tables/a//b", "S3_TABLE_BUCKET is 's3://tables/a//b'; it must be the name of a bucket such as my-tables, or s3://my-tables/prefix.")]
    [InlineData(
        "S3_TABLE_BUCKET",
        "arn:aws:s3tables:eu-central-1:1:bucket/b",
        "S3_TABLE_BUCKET is 'arn:aws:s3tables:eu-central-1:1:bucket/b'; it must be the name of a bucket or s3://bucket/prefix while ICEBERG_CATALOG is sql: S3 Tables are reached by their REST catalog.")]
    [InlineData("S3_ENDPOINT", "localhost:9000", "S3_ENDPOINT is 'localhost:9000'; it must be an address such as https://s3.example.com:9000.")]
    [InlineData("MAX_RETRIES", "-1", "MAX_RETRIES is '-1'; it must be a whole number from 0 to 20.")]
    [InlineData("DEMO_PERCENT", "101", "DEMO_PERCENT is '101'; it must be a whole number from 1 to 100.")]
    [InlineData("DEMO_TABLES", "users,planes", "DEMO_TABLES is 'planes'; it must be some of users, sales, logs, iceberg_db.sales, flights.")]
    public void Read_WrongValue_SaysWhatWouldBeRight(string name, string value, string error)
    {
        var (settings, errors) = TestSettings.Read((name, value));

        Assert.Null(settings);
        Assert.Equal([error], errors);
    }

    [Theory]
    [InlineData("my-tables", "my-tables", "")]
    [InlineData("s3://my-tables", "my-tables", "")]
    [InlineData("s3://my-tables/", "my-tables", "")]
    [InlineData("s3a://my-tables/lake/gold/", "my-tables", "lake/gold")]
    public void Read_Bucket_IsTakenApart(string text, string bucket, string prefix)
    {
        var settings = TestSettings.ReadRight(
            ("S3_TABLE_BUCKET", text), ("S3_ENDPOINT", "http://127.0.0.1:9000"), ("AWS_REGION", "eu-west-1"), ("MAX_RETRIES", "7"), ("RETRY_DELAY", "2"));

        var expected = new S3Options
        {
            Bucket = bucket,
            Endpoint = new Uri("http://127.0.0.1:9000"),
            Region = "eu-west-1",
            MaxRetries = 7,
            MaxRetryDelay = TimeSpan.FromSeconds(2),
        };
        Assert.Equal(new BucketSettings(expected, prefix), settings.Bucket);
    }

    [Theory]
    [InlineData("POSTGRES_DATABASE", "POSTGRES_DATABASE is not set; with POSTGRES_HOST it must name the database that holds the hot tier.")]
    [InlineData("POSTGRES_USER", "POSTGRES_USER is not set; with POSTGRES_HOST it must name the role that owns the tables.")]
    [InlineData("POSTGRES_QUERY_USER", "POSTGRES_QUERY_USER is not set; with POSTGRES_HOST it must name the role that raw SQL logs in as; it owns nothing.")]
    public void Read_OwnServerWithoutSetting_NamesIt(string missing, string error)
    {
        var (settings, errors) = TestSettings.Read([.. OwnServer.Where(setting => setting.Name != missing)]);

        Assert.Null(settings);
        Assert.Equal([error], errors);
    }

    [Theory]
    [InlineData("POSTGRES_PORT", "0", "POSTGRES_PORT is '0'; it must be a whole number from 1 to 65535.")]
    [InlineData("POSTGRES_SSL_MODE", "on", "POSTGRES_SSL_MODE is 'on'; it must be one of disable, allow, prefer, require, verify-ca, verify-full.")]
    [InlineData("POSTGRES_QUERY_USER", "owner", "POSTGRES_QUERY_USER is 'owner'; it must be another role than POSTGRES_USER.")]
    public void Read_OwnServerWithWrongValue_SaysWhatWouldBeRight(string name, string value, string error)
    {
        var (settings, errors) = TestSettings.Read([.. OwnServer.Where(setting => setting.Name != name), (name, value)]);

        Assert.Null(settings);
        Assert.Equal([error], errors);
    }

    [Fact]
    public void Read_SeveralWrong_ReportsAll()
    {
        var (_, errors) = TestSettings.Read(("PORT", "x"), ("QUERY_TIMEOUT", "y"), ("MAINTENANCE_ENABLED", "z"));

        Assert.Equal(["PORT", "QUERY_TIMEOUT", "MAINTENANCE_ENABLED"], errors.Select(error => error.Split(' ')[0]));
    }

    [Fact]
    public void Read_WrongSettingsBesideASecret_DoNotShowIt()
    {
        var (_, errors) = TestSettings.Read([.. OwnServer, ("POSTGRES_PORT", "x"), ("PORT", "y")]);

        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.DoesNotContain("secret", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_Analytics_TakesGlueOrAnotherCatalog()
    {
        (string, string?) on = ("ANALYTICS_INTEGRATION_ENABLED", "true");
        var glue = TestSettings.ReadRight(on, ("GLUE_CATALOG_ID", "123456789012"), ("AWS_REGION", "eu-central-1"), ("SAGEMAKER_INTEGRATION", "true")).Analytics!;
        var rest = TestSettings.ReadRight(on, ("ANALYTICS_REST_URI", "https://catalog.example.com/api"), ("ANALYTICS_REST_WAREHOUSE", "lake"), ("ANALYTICS_REST_CREDENTIAL", "a:b")).Analytics!;
        var (_, errors) = TestSettings.Read(
            on, ("GLUE_CATALOG_ID", "main"), ("ANALYTICS_REST_URI", "https://catalog.example.com/api"), ("SAGEMAKER_INTEGRATION", "true"), ("ANALYTICS_REST_SCOPE", "x"));

        Assert.Equal(("123456789012", null, true), (glue.Catalog.GlueCatalogId, glue.Catalog.Rest, glue.IsForSagemaker));
        Assert.Equal((null, "https://catalog.example.com/api", "lake", false), (rest.Catalog.GlueCatalogId, rest.Catalog.Rest!.Uri.AbsoluteUri, rest.Catalog.Rest.Warehouse, rest.IsForSagemaker));
        Assert.Equal("a:b", rest.Catalog.Rest.Properties["credential"]);
        Assert.Equal(
            [
                "ANALYTICS_REST_URI and GLUE_CATALOG_ID are both set; with ANALYTICS_INTEGRATION_ENABLED=true one of them says where the tables are registered.",
                "AWS_REGION is not set; with GLUE_CATALOG_ID it must be the region of the Glue catalog, such as eu-central-1.",
                "GLUE_CATALOG_ID is 'main'; it must be the number of an AWS account, such as 123456789012.",
                "SAGEMAKER_INTEGRATION is 'true'; it must be false with ANALYTICS_REST_URI: SageMaker finds tables in Glue's catalog, which GLUE_CATALOG_ID names.",
                "ANALYTICS_REST_SCOPE is set; it is for OAuth2, where ANALYTICS_REST_CREDENTIAL must be id:secret.",
            ],
            errors);
    }
}
