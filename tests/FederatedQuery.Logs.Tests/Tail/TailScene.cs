using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Federation;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Tail;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Logs.Tests.Tail;

/// <summary>A live tail as the gateway composes it, on a database of its own, and streams that store batches in it.</summary>
public sealed class TailScene : IAsyncDisposable
{
    public static readonly string[] Levels = ["DEBUG", "INFO", "WARN"];

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _provider;
    private readonly NpgsqlDataSource _outside;
    private int _streams;

    private TailScene(NpgsqlConnectionStringBuilder database, Action<LogTailOptions>? configure)
    {
        // A pool of its own, whose connections nobody cuts.
        _outside = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "writers" });
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton(TimeProvider.System);
        services.AddHot(options =>
        {
            (options.Host, options.Port, options.Database, options.User) = (database.Host!, database.Port, database.Database!, database.Username!);
            (options.SslMode, options.PoolSize, options.QueryUser) = (SslMode.Disable, 10, database.Database + "_query");
        });
        services.AddCold(
            options =>
            {
                (options.WarehouseDirectory, options.StagingDirectory) = (_folder.File("warehouse"), _folder.File("staging"));
                (options.TemporaryDirectory, options.CacheDirectory, options.MemoryLimit) = (_folder.File("spill"), _folder.File("cache"), "500MB");
            },
            provider => provider.GetRequiredService<PostgresConnections>().Owner);
        services.AddFederation(options => (options.Timeout, options.HotConnections) = (TimeSpan.FromMinutes(1), 6));
        services.AddLogTail();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        _provider = services.BuildServiceProvider();
    }

    public LogTail Tail => _provider.GetRequiredService<LogTail>();

    internal LogTailHub Hub => _provider.GetRequiredService<LogTailHub>();

    public LogBatchStore Store => _provider.GetRequiredService<LogBatchStore>();

    public static async Task<TailScene> StartAsync(PostgresFixture postgres, Action<LogTailOptions>? configure = null)
    {
        var scene = new TailScene(await postgres.CreateDatabaseAsync("tail"), configure);
        foreach (var hosted in scene._provider.GetServices<IHostedService>())
        {
            if (hosted is IHostedLifecycleService lifecycle)
            {
                await lifecycle.StartingAsync(CancellationToken.None);
            }
        }

        await StoredLogs.CreateTableAsync(scene._outside);
        await scene.Hub.StartAsync(CancellationToken.None);
        return scene;
    }

    /// <summary>A write-ahead log of its own.</summary>
    public async Task<Stream> OpenStreamAsync()
    {
        var (number, _) = await Store.RegisterAsync(Guid.NewGuid(), "test", CancellationToken.None);
        return new Stream(this, number, Interlocked.Increment(ref _streams));
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _outside.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends all connections of the live tail to PostgreSQL, in the middle of whatever they do.</summary>
    public Task CutAsync() => ExecuteAsync(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'federatedquery%'");

    public async ValueTask DisposeAsync()
    {
        await Hub.StopAsync(CancellationToken.None);
        await _provider.DisposeAsync();
        await _outside.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Not thread-safe.</summary>
    public sealed class Stream(TailScene scene, int number, int seed)
    {
        private readonly Random _random = new(seed);
        private long _sequence;

        /// <summary>Stores records of random levels, some of them late, as a batch.</summary>
        public Task<IReadOnlyList<Stored>> StoreAsync(int count) => StoreAsync([.. Enumerable.Range(0, count).Select(_ => Levels[_random.Next(Levels.Length)])]);

        /// <summary>Stores a record of each level as a batch.</summary>
        /// <param name="ahead">How far in the future they happen; without it, about now, or late.</param>
        public async Task<IReadOnlyList<Stored>> StoreAsync(IReadOnlyList<string> levels, TimeSpan ahead = default)
        {
            var now = DateTimeOffset.UtcNow;
            var first = _sequence;
            var records = levels.Select(level => Record(now, level, ahead)).ToList();
            await using var connection = await scene._outside.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await StoredLogs.InsertAsync(connection, records);
            var batch = await LogBatchStore.RecordAsync(
                transaction,
                new LogBatch
                {
                    Stream = number,
                    FirstSequence = first,
                    EndSequence = _sequence,
                    FirstId = records.Min(record => record.Id),
                    LastId = records.Max(record => record.Id),
                    LeastMicros = records.Min(record => record.TimestampMicros),
                    GreatestMicros = records.Max(record => record.TimestampMicros),
                    Rows = records.Count,
                },
                CancellationToken.None);
            await transaction.CommitAsync();
            return [.. records.Select(record => new Stored(record.Id, record.GetString(3)!, batch!.Value))];
        }

        private TailRecord Record(DateTimeOffset accepted, string level, TimeSpan ahead)
        {
            var sequence = _sequence++;
            var id = LogId.Create(accepted.ToUnixTimeMilliseconds(), number, sequence);
            var late = ahead > TimeSpan.Zero ? -ahead : _random.Next(10) == 0 ? TimeSpan.FromHours(_random.Next(48)) : TimeSpan.FromMilliseconds(_random.Next(100));
            var micros = (accepted - late - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            string?[] texts =
                [level, sequence.ToString(CultureInfo.InvariantCulture), null, "trace", null, null, null, null, null, null, sequence % 3 == 0 ? """{"a": 1}""" : null];
            return StoredLogs.Record(id, micros, texts);
        }
    }
}

/// <summary>A record that is stored.</summary>
public sealed record Stored(Guid Id, string Level, long Batch);
