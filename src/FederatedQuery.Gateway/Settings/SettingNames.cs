namespace FederatedQuery.Gateway.Settings;

/// <summary>The settings that this version reads, by their names in the environment, in <c>.env</c> and on the command line.</summary>
internal static class SettingNames
{
    private const string Masked = "********";

    private static readonly string[] SecretEndings = ["_PASSWORD", "_CREDENTIAL", "_SECRET", "_TOKEN", "_HEADERS"];

    /// <summary>Name, and what it sets, for the help.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        ("HOST", "Address to listen on (127.0.0.1 while AUTH_MODE is none, else 0.0.0.0)."),
        ("PORT", "Port to listen on (8000)."),
        ("DATA_DIRECTORY", "Folder of the embedded Postgres, the warehouse and spilled data (.data)."),
        ("QUERY_TIMEOUT", "Seconds after which a query is interrupted (300)."),
        ("SLOW_QUERY_MILLISECONDS", "A query that takes as long is written to the log with its plan; 0: none is (1000)."),
        ("METRICS_INTERVAL", "Seconds that one row of queryMetrics is about (60)."),
        ("METRICS_RETENTION_SECONDS", "How far back queryMetrics goes (3600)."),
        ("MAX_COLD_BYTES_PER_QUERY", "Bytes that one query may read from cold files; one that would read more is refused (no limit)."),
        ("MAX_COLD_BYTES_PER_KEY", "Bytes that all queries of one key may read from cold files in a day, UTC (no limit)."),
        ("POSTGRES_HOST", "A PostgreSQL server; empty: an embedded one."),
        ("POSTGRES_PORT", "Its port (5432)."),
        ("POSTGRES_DATABASE", "The database of the hot tier."),
        ("POSTGRES_USER", "The role that owns the tables."),
        ("POSTGRES_PASSWORD", "Its password."),
        ("POSTGRES_SSL_MODE", "disable, allow, prefer, require, verify-ca or verify-full (require)."),
        ("POSTGRES_POOL_SIZE", "Connections of each role (5)."),
        ("POSTGRES_QUERY_USER", "The role that raw SQL logs in as; it owns nothing."),
        ("POSTGRES_QUERY_PASSWORD", "Its password."),
        ("HOT_RETENTION_DAYS", "Days that rows stay hot (30)."),
        ("COLD_RETENTION_DAYS", "Days that rows are kept at all (730)."),
        ("MAINTENANCE_ENABLED", "Closed days move to the cold tier, and cold tables are maintained, by themselves (true)."),
        ("COMPACTION_ENABLED", "Maintenance puts small files together, unless a table's own setting says otherwise (true)."),
        ("SNAPSHOT_RETENTION_DAYS", "Days that snapshots are kept where a table does not say (30)."),
        ("DEFAULT_PARTITION_COUNT", "Buckets that repartitionTable makes where it is not said how many, 1 to 10000 (10)."),
        ("MATERIALIZATION_ENABLED", "Results are stored, and identical statements answered from them while their tables hold the same (true)."),
        ("MATERIALIZATION_TTL", "Seconds that a stored result answers at most (3600)."),
        ("MATERIALIZATION_MIN_MILLISECONDS", "Statements with JOIN or UNION that take less are stored only when they are asked again (100)."),
        ("MATERIALIZATION_MAX_COUNT", "Stored results; those used longest ago make room (1000)."),
        ("MATERIALIZATION_MAX_BYTES", "Bytes of all their files (1073741824)."),
        ("MATERIALIZATION_MAX_RESULT_BYTES", "Bytes of one, as JSON; larger ones are not stored (67108864)."),
        ("LOGS_ENABLED", "Takes log records in, and makes the table `logs` for them; false for a gateway that only answers, or only is a catalog (true)."),
        ("LOGS_QUEUE_MAX_BYTES", "Bytes of log records that wait on disk to be stored in PostgreSQL; more are refused for the time being (1073741824)."),
        ("LOGS_MIN_FREE_BYTES", "Bytes of DATA_DIRECTORY's disk that log records leave free (268435456)."),
        ("LOGS_MAX_RECORD_BYTES", "Bytes of one log record; larger ones are rejected (1048576)."),
        ("LOGS_MAX_BODY_BYTES", "Bytes of a request that ships logs, as it is sent and decompressed; larger ones are refused (33554432)."),
        ("CACHE_DIRECTORY", "Folder that keeps data files of object stores, of one process at a time (cache in DATA_DIRECTORY)."),
        ("CACHE_MAX_BYTES", "Bytes it may take; a statement that reads more is refused (10737418240)."),
        ("DUCKDB_MEMORY_LIMIT", "DuckDB's memory: a share such as 60% or an amount such as 4GB (60%)."),
        ("DUCKDB_THREADS", "DuckDB's threads (one per processor)."),
        ("STARTUP_TIMEOUT", "Seconds that a start waits for PostgreSQL, and before that for the secret; meanwhile /health/ready says so (60)."),
        ("SHUTDOWN_DELAY", "Seconds after SIGTERM in which requests are still taken while /health/ready says 503, so that balancers notice (0)."),
        ("SHUTDOWN_TIMEOUT", "Seconds that running requests then have to end (30)."),
        ("AUTH_MODE", "How requests say who asks: none, apikey (./run.sh key create) or jwt (none)."),
        ("AUTH_ALLOW_ANONYMOUS", "Allows HOST to be other than loopback while AUTH_MODE is none (false)."),
        ("AUTH_JWT_AUTHORITY", "Issuer of the tokens, found by OpenID Connect's discovery; for AUTH_MODE=jwt."),
        ("AUTH_JWT_AUDIENCE", "What tokens for this gateway have as 'aud'."),
        ("AUTH_JWT_ROLES_CLAIM", "Claim that names roles, a list or one string; dots lead into objects (roles)."),
        ("AUTH_JWT_TENANT_CLAIM", "Claim that names the tenant (tenant)."),
        ("AUTH_JWT_CLOCK_SKEW", "Seconds that the issuer's clock may be off (60)."),
        ("AUTH_JWT_CLIENT_ID", "Client of the issuer's as which people sign in on the gateway's pages; public, with PKCE (they paste tokens)."),
        ("AUTH_JWT_SCOPES", "What those pages ask the issuer for; with offline_access most give what tokens are renewed with (openid)."),
        ("AUTH_TENANT", "The tenant that this gateway serves: keys and tokens of others are refused; empty: those that belong to no tenant."),
        (SettingsSources.Tenants, "Folder with a file of settings for each tenant (acme.yaml), all of which this process serves, each with its own database and warehouse (one tenant, or none)."),
        ("TENANT_HOSTS", "In a tenant's file: names of hosts by which it is asked for, with commas between them (none)."),
        ("RATE_LIMIT_PER_SECOND", "Requests that one key (without keys: one address) may make in a second, in each gateway (no limit)."),
        ("RATE_LIMIT_BURST", "Those it may make at once after a pause (twice as many)."),
        ("CORS_ORIGINS", "Origins whose pages may call the gateway, such as https://app.example.org, with commas between them (none but its own)."),
        ("TRUSTED_PROXIES", "Addresses or networks of proxies whose X-Forwarded-For, -Proto and -Host are believed, with commas between them (none)."),
        ("TLS_CERTIFICATE", "File in PEM: the certificate to serve HTTPS with, and those between it and the root; read again when it changes (plain HTTP)."),
        ("TLS_KEY", "File in PEM: its private key."),
        ("ICEBERG_CATALOG", "Who lists the cold tables: sql, which is PostgreSQL, or rest, a REST catalog, whose tables are read (sql)."),
        ("ICEBERG_REST_URI", "Address of the REST catalog."),
        ("ICEBERG_WAREHOUSE", "Name or location of the warehouse, as the REST catalog knows it; its folder, when it is an absolute path."),
        ("ICEBERG_REST_CREDENTIAL", "id:secret for OAuth2's client credentials; a text without a colon is a bearer token."),
        ("ICEBERG_REST_SCOPE", "What the OAuth2 token is asked for (catalog)."),
        ("ICEBERG_REST_OAUTH2_URI", "Where OAuth2 tokens are had (v1/oauth/tokens of the catalog)."),
        ("ICEBERG_REST_SIGNING_NAME", "Requests are signed for this service of AWS instead: glue, s3tables or execute-api."),
        ("ANALYTICS_INTEGRATION_ENABLED", "Cold tables are registered in a second catalog, for other engines: GLUE_CATALOG_ID or ANALYTICS_REST_URI says which (false)."),
        ("GLUE_CATALOG_ID", "AWS Glue's catalog, by the number of the AWS account, in AWS_REGION; for Athena, EMR, Redshift, SageMaker."),
        ("GLUE_ENDPOINT", "Address of Glue's API where it is not AWS's own of the region, such as a VPC endpoint."),
        ("SAGEMAKER_INTEGRATION", "Said in the answer of setupAnalyticsIntegration; SageMaker Lakehouse reads Glue's catalog (false)."),
        ("ANALYTICS_REST_URI", "Address of another Iceberg REST catalog."),
        ("ANALYTICS_REST_WAREHOUSE", "Its warehouse."),
        ("ANALYTICS_REST_CREDENTIAL", "As ICEBERG_REST_CREDENTIAL."),
        ("ANALYTICS_REST_SCOPE", "As ICEBERG_REST_SCOPE."),
        ("ANALYTICS_REST_OAUTH2_URI", "As ICEBERG_REST_OAUTH2_URI."),
        ("ANALYTICS_REST_SIGNING_NAME", "As ICEBERG_REST_SIGNING_NAME."),
        ("COLD_READER", "Who reads cold tables: native, or extension, which is DuckDB's iceberg extension (native)."),
        ("DUCKDB_EXTENSION_DIRECTORY", "Where the files of DuckDB's extensions are, as DuckDB lays them out; for COLD_READER=extension."),
        ("S3_TABLE_BUCKET", "Bucket of the cold tier, or s3://bucket/prefix; empty: a folder of DATA_DIRECTORY."),
        ("S3_ENDPOINT", "Address of an S3-compatible server; empty: AWS."),
        ("AWS_REGION", "Region of the bucket (from the profile or instance)."),
        ("MAX_RETRIES", "How often a failed request to S3 is tried again (3)."),
        ("RETRY_DELAY", "Longest pause before that, in seconds (5)."),
        ("DEMO_PERCENT", "Share of the demo's rows that --demo loads, 1 to 100 (100)."),
        ("DEMO_TABLES", "Tables that --demo loads, of users, sales, logs, iceberg_db.sales, flights (all)."),
        ("DEMO_LOG_FILE", "Web server access log that --demo loads into logs (found beside the checkout, else generated)."),
        (SettingsSources.Secret, "A secret of AWS Secrets Manager, by name or ARN: JSON with POSTGRES_* and other secret settings, or as RDS writes it; it counts before the environment."),
        (SettingsSources.File, "A file of settings: YAML or JSON, by its ending."),
        (SettingsSources.Folder, "Folders with a file for each setting, as Kubernetes mounts them; several with a colon between."),
    ];

    private static readonly HashSet<string> Known = new(All.Select(setting => setting.Name), StringComparer.Ordinal);

    /// <summary>Whether this version reads the setting.</summary>
    /// <param name="name">In capitals.</param>
    public static bool IsKnown(string name) => Known.Contains(name);

    /// <summary>The name of a setting that is written with dashes or dots, or not in capitals.</summary>
    public static string Normalize(string name) => name.Trim().Replace('-', '_').Replace('.', '_').ToUpperInvariant();

    /// <summary>Whether its value is nobody's business.</summary>
    public static bool IsSecret(string name) => SecretEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>The value as it may be shown: secrets, and what addresses carry of them, are not.</summary>
    public static string Mask(string name, string value)
    {
        if (value.Length == 0)
        {
            return value;
        }

        return IsSecret(name) ? Masked
            : Uri.TryCreate(value, UriKind.Absolute, out var address) && address.UserInfo.Length > 0 ? value.Replace(address.UserInfo, Masked, StringComparison.Ordinal)
            : value;
    }
}
