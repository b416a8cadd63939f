using System.Diagnostics.Metrics;
using FederatedQuery.Cold.Analytics;
using FederatedQuery.Cold.Elsewhere;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.Cold.Probing;
using FederatedQuery.Cold.Rest;
using FederatedQuery.Cold.Results;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Statistics;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.ObjectStore.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Cold;

/// <summary>Registers the cold tier. Everything is usable once the host's hosted services start; register the hot tier first.</summary>
public static class ColdServiceCollectionExtensions
{
    /// <param name="services">Gets <see cref="ColdTables"/>, <see cref="ColdCatalog"/>, <see cref="DuckDbEngine"/> and what they need.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="dataSource">The owner's connections to the Postgres that holds the catalog.</param>
    public static IServiceCollection AddCold(
        this IServiceCollection services, Action<ColdOptions> configure, Func<IServiceProvider, NpgsqlDataSource> dataSource)
    {
        services.AddOptions<ColdOptions>().Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Stores);
        services.TryAddSingleton<ElsewhereStores>();
        services.TryAddSingleton(provider => new TableMetadataCache(
            provider.GetRequiredService<ObjectStoreRegistry>(), provider.GetRequiredService<IOptions<ColdOptions>>().Value.ManifestCacheBytes / 4));
        services.TryAddSingleton(provider => new ManifestCache(
            provider.GetRequiredService<ObjectStoreRegistry>(), provider.GetRequiredService<IOptions<ColdOptions>>().Value.ManifestCacheBytes));
        services.TryAddSingleton(provider => new ColdCatalog(
            () => dataSource(provider),
            provider.GetRequiredService<ObjectStoreRegistry>(),
            provider.GetRequiredService<ElsewhereStores>(),
            provider.GetRequiredService<TableMetadataCache>(),
            provider.GetRequiredService<IOptions<ColdOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RestCatalog>,
            provider.GetService<ILogger<ColdCatalog>>() ?? NullLogger<ColdCatalog>.Instance));
        services.TryAddSingleton(Rest);
        services.TryAddSingleton<AnalyticsCatalog>();
        services.TryAddSingleton(provider => new DataFileCacheMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(provider => new DataFileSource(() => RemoteFiles(provider)));
        services.TryAddSingleton(provider => new ColdScans(
            provider.GetRequiredService<ObjectStoreRegistry>(),
            provider.GetRequiredService<DataFileSource>(),
            provider.GetRequiredService<ManifestCache>(),
            provider.GetRequiredService<IOptions<ColdOptions>>().Value.Reader));
        services.TryAddSingleton<ColdTables>();
        services.TryAddSingleton<ColdTableStatistics>();
        services.TryAddSingleton<ColdDayFigures>();
        services.TryAddSingleton<ColdFileLists>();
        services.TryAddSingleton<ColdDayRanges>();
        services.TryAddSingleton<ColdDayReader>();
        services.TryAddSingleton<ColdKeyReader>();
        services.TryAddSingleton<ColdEraser>();
        services.TryAddSingleton(provider => new TableCommitter(
            provider.GetRequiredService<ObjectStoreRegistry>(), provider.GetRequiredService<ManifestCache>(), new CommitOptions(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new ColdPartitionCounts(provider.GetRequiredService<ColdScans>(), provider.GetRequiredService<DuckDbEngine>()));
        services.TryAddSingleton<ColdAppender>();
        services.TryAddSingleton<ResultFiles>();
        services.TryAddSingleton<ColdBranches>();
        services.TryAddSingleton<ColdSchemas>();
        services.TryAddSingleton<PositionDeleteWriter>();
        services.TryAddSingleton(provider => new ColdDeletes(
            provider.GetRequiredService<ColdScans>(),
            provider.GetRequiredService<DuckDbEngine>(),
            provider.GetRequiredService<ObjectStoreRegistry>(),
            provider.GetRequiredService<ManifestCache>(),
            provider.GetRequiredService<PositionDeleteWriter>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new ColdRowMatches(
            provider.GetRequiredService<ColdScans>(),
            provider.GetRequiredService<DuckDbEngine>(),
            provider.GetRequiredService<PositionDeleteWriter>(),
            provider.GetRequiredService<ColdAppender>(),
            provider.GetRequiredService<TableCommitter>()));
        services.TryAddSingleton<ColdRewriter>();
        services.TryAddSingleton(Engine);
        services.TryAddSingleton<DuckDbMetrics>();
        services.TryAddSingleton<ColdProbe>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ColdStartup>());
        return services;
    }

    /// <summary>The folder stays readable beside a bucket: tables from before lie there.</summary>
    private static ObjectStoreRegistry Stores(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ColdOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        var warehouse = Path.GetFullPath(options.WarehouseDirectory);
        Directory.CreateDirectory(warehouse);
        var folder = new ObjectStoreRegistry(new ObjectStoreRegistry.Root(new Uri(warehouse).AbsoluteUri, new LocalObjectStore(warehouse, time)));
        if (options.Bucket is not { } bucket)
        {
            return folder;
        }

        var store = new S3ObjectStore(bucket, time, provider.GetService<ILogger<S3ObjectStore>>());
        return folder.With(options.IsPrefixAlone && options.BucketPrefix.Length > 0
            ? new ObjectStoreRegistry.Root($"{store.Name}/{options.BucketPrefix}", store, options.BucketPrefix)
            : new ObjectStoreRegistry.Root(store.Name, store));
    }

    private static RestCatalog Rest(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ColdOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        var catalog = options.RestCatalog ?? throw new InvalidOperationException("A REST catalog is asked for, and none is set.");
        return new RestCatalog(
            catalog with
            {
                Signer = catalog.Signer ?? new AwsRequestSigner(options.Buckets.Credentials, options.Buckets.Region, time),
                Storage = catalog.Storage ?? new S3TableStorage(options.Buckets, time, provider.GetService<ILogger<S3ObjectStore>>()),
                TableCacheBytes = options.ManifestCacheBytes / 4,
            },
            provider.GetRequiredService<ObjectStoreRegistry>(),
            time);
    }

    private static RemoteFiles RemoteFiles(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ColdOptions>>().Value;
        return new RemoteFiles(
            new DataFileCacheOptions { Directory = Path.GetFullPath(options.CacheDirectory), MaxBytes = options.CacheMaxBytes },
            provider.GetRequiredService<DataFileCacheMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("FederatedQuery.Cold.Files"));
    }

    private static DuckDbEngine Engine(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ColdOptions>>().Value;
        var elsewhere = provider.GetRequiredService<ElsewhereStores>();
        return new DuckDbEngine(
            () => new DuckDbEngineOptions
            {
                MemoryLimit = options.MemoryLimit,
                Threads = options.Threads,
                TemporaryDirectory = Path.GetFullPath(options.TemporaryDirectory),
                Directories =
                [
                    Path.GetFullPath(options.WarehouseDirectory), Path.GetFullPath(options.StagingDirectory), Path.GetFullPath(options.CacheDirectory),
                    .. elsewhere.KnownAtStart,
                ],
                ExtensionDirectory = options.ExtensionDirectory,
                // iceberg reads manifests by means of avro.
                Extensions = options.Reader == ColdReader.Extension ? ["avro", "iceberg"] : [],
            },
            [.. provider.GetServices<TableFunction>(), .. provider.GetRequiredService<ColdScans>().TableFunctions],
            [.. provider.GetRequiredService<ColdScans>().ScalarFunctions, .. WritingFunctions.All, .. PredicateFunctions.All]);
    }
}
