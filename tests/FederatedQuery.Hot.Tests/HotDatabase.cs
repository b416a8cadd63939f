using FederatedQuery.Hot.Connections;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedQuery.Hot.Tests;

/// <summary>A fresh database with the gateway's connections to it.</summary>
internal sealed class HotDatabase : IAsyncDisposable
{
    private HotDatabase(PostgresConnections connections, PostgresOptions options)
    {
        Connections = connections;
        Options = options;
    }

    public PostgresConnections Connections { get; }

    public PostgresOptions Options { get; }

    public static async Task<HotDatabase> CreateAsync(PostgresFixture postgres)
    {
        var settings = await postgres.CreateDatabaseAsync("hot");
        var options = new PostgresOptions
        {
            Host = settings.Host!,
            Database = settings.Database!,
            User = settings.Username!,
            SslMode = SslMode.Disable,
            QueryUser = "query_" + settings.Database,
        };
        var connections = new PostgresConnections(options, NullLoggerFactory.Instance, TimeProvider.System);
        await connections.StartAsync(CancellationToken.None);
        return new HotDatabase(connections, options);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Connections.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Connections.Owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until so many COPYs run on the server.</summary>
    public async Task UntilCopiesRunAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'COPY %'") != count)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
