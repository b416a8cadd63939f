using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Testing;
using FederatedQuery.Tiering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FederatedQuery.Logs.Tests;

/// <summary>Both tiers on a database and a warehouse, with log ingest running as in a gateway; one of several processes where they share these.</summary>
internal sealed class LogsScene : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly TemporaryFolder? _ownFolder;

    private LogsScene(ServiceProvider services, TemporaryFolder folder, bool ownsFolder)
    {
        _services = services;
        Folder = folder;
        _ownFolder = ownsFolder ? folder : null;
    }

    public TemporaryFolder Folder { get; }

    public LogIngest Ingest => Get<LogIngest>();

    public NpgsqlDataSource Postgres => Get<PostgresConnections>().Owner;

    /// <summary>On a database and a folder of its own.</summary>
    public static async Task<LogsScene> StartAsync(PostgresFixture postgres, Action<LogIngestOptions>? configure = null) =>
        await StartAsync(await postgres.CreateDatabaseAsync("logs"), new TemporaryFolder(), ownsFolder: true, configure);

    /// <param name="settings">Host may be another way to the server than its own socket.</param>
    /// <param name="start">False: the table is not made, and nothing runs.</param>
    /// <param name="register">Further services.</param>
    public static async Task<LogsScene> StartAsync(
        NpgsqlConnectionStringBuilder settings, TemporaryFolder folder, bool ownsFolder, Action<LogIngestOptions>? configure = null, bool start = true,
        Action<IServiceCollection>? register = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHot(options =>
        {
            options.Host = settings.Host!;
            options.Port = settings.Port;
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
            },
            provider => provider.GetRequiredService<PostgresConnections>().Owner);
        services.AddFederation(_ => { });
        services.AddTiering(options =>
        {
            options.MaintenanceEnabled = false;
            options.JobPollInterval = TimeSpan.FromMilliseconds(200);
        });
        services.AddLogIngest(options =>
        {
            options.Directory = folder.File("ingest");
            options.BatchDelay = TimeSpan.FromMilliseconds(20);
            options.MinimumFreeBytes = 0;
            configure?.Invoke(options);
        });
        register?.Invoke(services);
        var provider = services.BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        var scene = new LogsScene(provider, folder, ownsFolder);
        if (start)
        {
            await scene.Ingest.StartAsync(CancellationToken.None);
        }

        return scene;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Appends records of a message each, of now.</summary>
    public async Task AppendAsync(params string[] messages)
    {
        using var batch = Ingest.CreateBatch();
        foreach (var message in messages)
        {
            batch.BeginRecord();
            batch.Text(LogField.Message, System.Text.Encoding.UTF8.GetBytes(message));
            Assert.True(batch.TryEndRecord(out var reason), reason);
        }

        await Ingest.AppendAsync(batch, CancellationToken.None);
    }

    /// <summary>Until all that was acknowledged is stored.</summary>
    public async Task StoredAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Ingest.Status.QueuedRecords > 0)
        {
            await Task.Delay(5, timeout.Token);
        }
    }

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

    /// <summary>The messages that the hot table has, sorted.</summary>
    public async Task<IReadOnlyList<string>> MessagesAsync()
    {
        await using var command = Postgres.CreateCommand("SELECT message FROM logs ORDER BY message");
        await using var reader = await command.ExecuteReaderAsync();
        var messages = new List<string>();
        while (await reader.ReadAsync())
        {
            messages.Add(reader.GetString(0));
        }

        return messages;
    }

    /// <summary>Rows of both tiers.</summary>
    public async Task<JsonDocument> RowsAsync(string sql)
    {
        Get<TableRegistry>().Forget();
        using var answer = await Get<QueryService>().RunFederatedAsync(new QueryRequest { Sql = sql }, CancellationToken.None);
        return JsonDocument.Parse(answer.RowsJson.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await Ingest.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _ownFolder?.Dispose();
    }
}
