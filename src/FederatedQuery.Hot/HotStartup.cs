using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Hosting;

namespace FederatedQuery.Hot;

/// <summary>
/// Brings the hot tier up before any other service starts, and takes it down after all have stopped: server, control tables, role of raw SQL.
/// </summary>
internal sealed class HotStartup(PostgresConnections connections, ControlMigrator migrator, QueryRole queryRole) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await connections.StartAsync(cancellationToken);
        await migrator.MigrateAsync(cancellationToken);
        await queryRole.EnsureAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The connections, and with them the embedded server, end with the container that made them; see PostgresConnections.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
