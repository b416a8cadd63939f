using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Predicates;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Erasing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FederatedQuery.Tiering.Tests;

/// <summary>Both tiers on a fresh database and a fresh warehouse, registered as a gateway registers them, nothing running by itself.</summary>
internal sealed class TieringScene : IAsyncDisposable
{
    /// <summary>2026-03-15, noon.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;
    private readonly TemporaryFolder _folder;
    private readonly bool _ownsFolder;

    private TieringScene(ServiceProvider services, TemporaryFolder folder, bool ownsFolder)
    {
        _services = services;
        _folder = folder;
        _ownsFolder = ownsFolder;
    }

    public NpgsqlDataSource Postgres => Get<PostgresConnections>().Owner;

    /// <param name="postgres">The server.</param>
    /// <param name="configure">Options other than the tests'.</param>
    /// <param name="configureCold">The same of the cold tier.</param>
    /// <param name="asSuperuser">False: as a role that owns the database and is no superuser, as on managed servers.</param>
    /// <param name="configureQueries">Options of queries.</param>
    public static async Task<TieringScene> StartAsync(
        PostgresFixture postgres, Action<TieringOptions>? configure = null, Action<ColdOptions>? configureCold = null, bool asSuperuser = true,
        Action<QueryOptions>? configureQueries = null)
    {
        var settings = await postgres.CreateDatabaseAsync("tiering");
        if (!asSuperuser)
        {
            settings.Username = await MakeOwnerAsync(settings);
        }

        return await StartAsync(settings, new TemporaryFolder(), ownsFolder: true, stores: null, configure, configureCold, configureQueries);
    }

    /// <summary>One of several processes, one after the other or together, on one database and one folder.</summary>
    /// <param name="stores">Told the warehouse's folder; null: read and written in place.</param>
    /// <param name="now">Null: <see cref="Now"/>.</param>
    public static async Task<TieringScene> StartAsync(
        NpgsqlConnectionStringBuilder settings, TemporaryFolder folder, bool ownsFolder, Func<string, ObjectStoreRegistry>? stores, Action<TieringOptions>? configure,
        Action<ColdOptions>? configureCold = null, Action<QueryOptions>? configureQueries = null, DateTimeOffset? now = null)
    {
        var services = new ServiceCollection();
        if (stores is not null)
        {
            services.AddSingleton(stores(folder.File("warehouse")));
        }

        services.AddLogging();
        services.AddSingleton<TimeProvider>(new SetClock(now ?? Now));
        services.AddHot(options =>
        {
            options.Host = settings.Host!;
            options.Database = settings.Database!;
            options.User = settings.Username!;
            options.SslMode = SslMode.Disable;
            options.QueryUser = "query_" + settings.Database;
            options.PoolSize = 12;
        });
        services.AddCold(
            options =>
            {
                options.WarehouseDirectory = folder.File("warehouse");
                options.StagingDirectory = folder.File("staging");
                options.TemporaryDirectory = folder.File("spill");
                options.CacheDirectory = folder.File("cache");
                options.MemoryLimit = "1GB";
                options.Threads = 2;
                configureCold?.Invoke(options);
            },
            provider => provider.GetRequiredService<PostgresConnections>().Owner);
        services.AddFederation(options => configureQueries?.Invoke(options));
        services.AddTiering(options =>
        {
            options.MaintenanceEnabled = false;
            options.JobPollInterval = TimeSpan.FromMilliseconds(200);
            configure?.Invoke(options);
        });
        services.AddErasing(provider => (table, where, cancellationToken) =>
            provider.GetRequiredService<RowPredicates>().CompileAsync(table.Namespace, table.Name, where, cancellationToken));
        services.AddSingleton(provider => new ErasureParticipant(
            "materialized results", provider.GetRequiredService<ErasedResults>().ForgetAsync, provider.GetRequiredService<ErasedResults>().PurgeAsync));
        var provider = services.BuildServiceProvider();
        var hosted = provider.GetServices<IHostedService>().ToList();
        foreach (var service in hosted.OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        return new TieringScene(provider, folder, ownsFolder);
    }

    /// <summary>Sets this process's clock on; PostgreSQL's goes on as it does.</summary>
    public void Pass(TimeSpan time) => ((SetClock)Get<TimeProvider>()).Pass(time);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public string File(string name) => _folder.File(name);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Postgres.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Postgres.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>One row of both tiers, as JSON values joined by <c> | </c>.</summary>
    public Task<string> FederatedAsync(string sql) => SingleAsync(service => service.RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None));

    /// <summary>One row of the cold tier alone.</summary>
    public Task<string> ColdAsync(string sql) =>
        SingleAsync(service => service.RunIcebergAsync(new QueryRequest { Sql = sql }, TimeTravel.None, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }

    /// <summary>All rows of both tiers.</summary>
    public Task<JsonDocument> RowsAsync(string sql) => RowsAsync(service => service.RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None));

    /// <summary>All rows of the cold tier alone.</summary>
    public Task<JsonDocument> ColdRowsAsync(string sql) =>
        RowsAsync(service => service.RunIcebergAsync(new QueryRequest { Sql = sql }, TimeTravel.None, CancellationToken.None));

    private async Task<JsonDocument> RowsAsync(Func<QueryService, Task<QueryAnswer>> run)
    {
        Get<TableRegistry>().Forget();
        using var answer = await run(Get<QueryService>());
        return JsonDocument.Parse(answer.RowsJson.ToArray());
    }

    private static async Task<string> MakeOwnerAsync(NpgsqlConnectionStringBuilder settings)
    {
        var owner = "owner_" + settings.Database;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"CREATE ROLE {owner} LOGIN CREATEROLE; ALTER DATABASE {settings.Database} OWNER TO {owner}; ALTER SCHEMA public OWNER TO {owner}", connection);
        await command.ExecuteNonQueryAsync();
        return owner;
    }

    private async Task<string> SingleAsync(Func<QueryService, Task<QueryAnswer>> run)
    {
        using var rows = await RowsAsync(run);
        var row = Assert.Single(rows.RootElement.EnumerateArray());
        var values = row.ValueKind == JsonValueKind.Array ? row.EnumerateArray() : row.EnumerateObject().Select(property => property.Value);
        return string.Join(" | ", values.Select(value => value.ToString()));
    }

    /// <summary>A clock that was set to another day.</summary>
    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        private readonly long _started = System.GetTimestamp();
        private long _passedTicks;

        public override DateTimeOffset GetUtcNow() => now + System.GetElapsedTime(_started) + TimeSpan.FromTicks(Interlocked.Read(ref _passedTicks));

        public void Pass(TimeSpan time) => Interlocked.Add(ref _passedTicks, time.Ticks);
    }
}
