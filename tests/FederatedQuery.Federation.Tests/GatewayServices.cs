using FederatedQuery.Cold;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Federation.Tests;

/// <summary>Both tiers and the reads over them, as the gateway composes them, on a database and a warehouse of their own.</summary>
public sealed class GatewayServices : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _database;
    private readonly TemporaryFolder _folder;
    private readonly bool _ownsFolder;
    private readonly ServiceProvider _provider;

    private GatewayServices(
        NpgsqlConnectionStringBuilder database, TemporaryFolder folder, bool ownsFolder, TimeSpan queryTimeout, Action<IServiceCollection>? more)
    {
        (_database, _folder, _ownsFolder) = (database, folder, ownsFolder);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddHot(options =>
        {
            options.Host = database.Host!;
            options.Port = database.Port;
            options.Database = database.Database!;
            options.User = database.Username!;
            options.SslMode = SslMode.Disable;
            options.PoolSize = 10;
            options.QueryUser = database.Database + "_query";
            options.QueryTimeout = queryTimeout;
        });
        services.AddCold(
            options =>
            {
                options.WarehouseDirectory = _folder.File("warehouse");
                options.StagingDirectory = _folder.File("staging");
                options.TemporaryDirectory = _folder.File("spill");
                options.CacheDirectory = _folder.File("cache");
                options.MemoryLimit = "1GB";
            },
            provider => provider.GetRequiredService<PostgresConnections>().Owner);
        services.AddFederation(options => (options.Timeout, options.HotConnections) = (queryTimeout, 6));
        more?.Invoke(services);
        _provider = services.BuildServiceProvider();
    }

    public string ConnectionString => _database.ConnectionString;

    public QueryService Queries => Get<QueryService>();

    public string Folder => _folder.FullPath;

    public static async Task<GatewayServices> StartAsync(
        PostgresFixture postgres, TimeSpan? queryTimeout = null, Action<IServiceCollection>? more = null)
    {
        return await StartAsync(new GatewayServices(
            await postgres.CreateDatabaseAsync("federation"), new TemporaryFolder(), ownsFolder: true, queryTimeout ?? TimeSpan.FromMinutes(2), more));
    }

    /// <summary>Another process of the same installation, or the same after a restart: its own services on this one's database and warehouse.</summary>
    public Task<GatewayServices> StartBesideAsync(Action<IServiceCollection>? more = null) =>
        StartAsync(new GatewayServices(_database, _folder, ownsFolder: false, TimeSpan.FromMinutes(2), more));

    private static async Task<GatewayServices> StartAsync(GatewayServices services)
    {
        foreach (var hosted in services._provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await hosted.StartingAsync(CancellationToken.None);
        }

        return services;
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>Runs statements on Postgres as the owner.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Get<PostgresConnections>().Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a federated query and gives its rows as JSON text.</summary>
    public async Task<string> RowsAsync(string sql)
    {
        using var answer = await Queries.RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(answer.RowsJson.Span);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }
}
