using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Predicates;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.Auditing;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.IcebergRest;
using FederatedQuery.Gateway.Metrics;
using FederatedQuery.Gateway.Playground;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Typed;
using FederatedQuery.Gateway.Typed.Refresh;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Logs;
using FederatedQuery.Logs.Search;
using FederatedQuery.Logs.Tail;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Erasing;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>The composition: every floor's options come from the settings here and nowhere else.</summary>
internal static class GatewayServices
{
    /// <summary>What the GraphQL layer gives a query beyond QUERY_TIMEOUT, so that the query says itself which engine was slow.</summary>
    private static readonly TimeSpan ResponseSlack = TimeSpan.FromSeconds(30);

    /// <summary>Of requests with logs that are read at the same time.</summary>
    private const long MaxBytesOfBodies = 256 << 20;

    public static IServiceCollection AddGateway(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(settings);
        Draining.AddTo(services, settings);
        services.AddAccess(settings.Access);
        services.AddTiers(settings, Path.Combine(settings.DataDirectory, "staging"), Path.Combine(settings.DataDirectory, "spill"), settings.CacheDirectory);
        services.AddFederation(options =>
        {
            options.Timeout = settings.QueryTimeout;
            options.HotConnections = Math.Max(1, settings.PostgresPoolSize - 1);
            options.MaximumColdBytesPerQuery = settings.MaxColdBytesPerQuery;
            options.MaximumColdBytesPerCaller = settings.MaxColdBytesPerKey;
            options.SlowQuery = settings.SlowQuery;
            options.HotRetentionDays = settings.HotRetentionDays;
            options.ColdRetentionDays = settings.ColdRetentionDays;
            options.FixedTables = new HashSet<TableIdentifier> { LogTable.Identifier };
        });
        services.Configure<QueryHistoryOptions>(options => (options.Interval, options.Retention) = (settings.MetricsInterval, settings.MetricsRetention));
        services.AddSingleton(Options.Create(settings.Materialization));
        services.AddTiering(options => Configure(options, settings));
        services.AddErasing(provider => (table, where, cancellationToken) =>
            provider.GetRequiredService<RowPredicates>().CompileAsync(table.Namespace, table.Name, where, cancellationToken));
        services.AddSingleton(provider => new ErasureParticipant(
            "materialized results", provider.GetRequiredService<ErasedResults>().ForgetAsync, provider.GetRequiredService<ErasedResults>().PurgeAsync));
        services.AddSingleton(provider => new ErasureParticipant(
            "kept figures", provider.GetRequiredService<KeptGroups>().ForgetAsync, provider.GetRequiredService<KeptGroups>().PurgeAsync));
        services.AddLogIngest(options =>
        {
            options.Enabled = settings.Logs.Enabled;
            options.Directory = Path.Combine(settings.DataDirectory, "ingest");
            options.QueueMaxBytes = settings.Logs.QueueMaxBytes;
            options.MinimumFreeBytes = settings.Logs.MinimumFreeBytes;
            options.MaxRecordBytes = settings.Logs.MaxRecordBytes;
        });
        services.AddLogSearch();
        services.AddLogTail();
        services.AddSingleton(new DataRetention(settings.HotRetentionDays, settings.ColdRetentionDays));
        services.AddIcebergRest();
        services.Configure<RouteHandlerOptions>(Problems.Configure);
        services.AddSingleton(new RequestBodies(settings.Logs.MaxBodyBytes, Math.Max(MaxBytesOfBodies, 4L * settings.Logs.MaxBodyBytes)));
        services.AddSingleton<LogRequests>();
        services.AddSingleton<HealthProbes>();
        services.AddScoped<RequestAnswers>();
        services.AddTypedTables();
        services.AddSingleton<PrometheusMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<PrometheusMetrics>());
        GatewayTelemetry.AddTo(services, settings.IsOneOfTenants ? settings.Access.Tenant : null);
        if (!settings.IsOneOfTenants)
        {
            GatewayTelemetry.AddExportTo(services);
        }

        services.AddGraphQLServer()
            .AddInstrumentation()
            .AddDiagnosticEventListener<AuditListener>()
            .AddTypes(typeof(GatewayServices).Assembly)
            .AddTypeModule((provider, schema) => provider.GetRequiredService<TypedTables>().AddTo(schema))
            .ModifyRequestOptions(options => Configure(options, settings))
            .ModifyWebSocketOptions(options => options.DrainTimeout = settings.ShutdownDelay + settings.ShutdownTimeout)
            .ModifyHttpOptions(options =>
            {
                options.HtmlPage = PlaygroundEndpoints.WriteGraphiQLAsync;
                foreach (var origin in settings.Network.Origins)
                {
                    options.TrustedOrigins.Add(origin);
                }
            });
        services.AddNetwork(settings.Network);
        return services;
    }

    /// <summary>Both tiers, without anything that serves.</summary>
    public static IServiceCollection AddTiers(this IServiceCollection services, GatewaySettings settings, string staging, string spill, string cache)
    {
        services.AddHot(options => Configure(options, settings));
        services.AddCold(
            options =>
            {
                options.WarehouseDirectory = settings.WarehouseDirectory;
                options.StagingDirectory = staging;
                options.Bucket = settings.Bucket?.Options;
                options.BucketPrefix = settings.Bucket?.Prefix ?? "";
                options.IsPrefixAlone = settings.IsOneOfTenants;
                options.OthersLocations = settings.OthersLocations;
                options.RestCatalog = settings.RestCatalog;
                options.Analytics = settings.Analytics?.Catalog;
                options.Buckets = settings.Buckets;
                options.TemporaryDirectory = spill;
                options.CacheDirectory = cache;
                options.CacheMaxBytes = settings.CacheMaxBytes;
                options.Reader = settings.ColdReader;
                options.ExtensionDirectory = settings.DuckDbExtensionDirectory;
                options.MemoryLimit = settings.DuckDbMemoryLimit;
                options.Threads = settings.DuckDbThreads;
            },
            provider => provider.GetRequiredService<PostgresConnections>().Owner);
        return services;
    }

    private static void Configure(RequestExecutorOptions options, GatewaySettings settings)
    {
        options.ExecutionTimeout = settings.QueryTimeout + ResponseSlack;

        // Two years of days of every table are a picture that the dashboard draws; fifty statements in one operation are not asked by accident.
        options.Cost.MaxFieldCost = 10_000;
        options.Cost.MaxTypeCost = 100_000;

        // What the tiers run at once is bounded by their own gates; this bounds what waits before them.
        options.Concurrency.MaxOperations = 512;
        options.Concurrency.MaxSubscriptions = 10_000;
    }

    public static void Configure(TieringOptions options, GatewaySettings settings)
    {
        options.HotDays = settings.HotRetentionDays;
        options.ColdDays = settings.ColdRetentionDays;
        options.QueryTimeout = settings.QueryTimeout;
        options.CompactionEnabled = settings.CompactionEnabled;
        options.SnapshotRetentionDays = settings.SnapshotRetentionDays;
        options.DefaultPartitionCount = settings.DefaultPartitionCount;
        options.MaintenanceEnabled = settings.MaintenanceEnabled && settings.RestCatalog is null;
    }

    private static void Configure(PostgresOptions options, GatewaySettings settings)
    {
        options.DataDirectory = settings.DataDirectory;
        options.PoolSize = settings.PostgresPoolSize;
        options.QueryTimeout = settings.QueryTimeout;
        options.StartTimeout = settings.StartupTimeout;
        options.PoolName = settings.PoolName;
        if (settings.Postgres is not { } postgres)
        {
            return;
        }

        options.Host = postgres.Host;
        options.Port = postgres.Port;
        options.Database = postgres.Database;
        options.User = postgres.User;
        options.Password = postgres.Password;
        options.SslMode = SslModeOf(postgres.SslMode);
        options.QueryUser = postgres.QueryUser;
        options.QueryPassword = postgres.QueryPassword;
    }

    private static Npgsql.SslMode SslModeOf(string name) => name switch
    {
        "disable" => Npgsql.SslMode.Disable,
        "allow" => Npgsql.SslMode.Allow,
        "prefer" => Npgsql.SslMode.Prefer,
        "require" => Npgsql.SslMode.Require,
        "verify-ca" => Npgsql.SslMode.VerifyCA,
        "verify-full" => Npgsql.SslMode.VerifyFull,
        _ => throw new System.Diagnostics.UnreachableException($"POSTGRES_SSL_MODE '{name}' was let through."),
    };
}
