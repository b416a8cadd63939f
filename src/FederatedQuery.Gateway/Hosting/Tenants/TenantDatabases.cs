using System.Collections.Concurrent;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>Which tenant has which database, as the servers themselves tell them apart: settings cannot show that two names of hosts are one server.</summary>
internal sealed class TenantDatabases
{
    private const string Identity = "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || current_database()";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, string> _owners = new(StringComparer.Ordinal);

    /// <exception cref="HotException">The database is another tenant's.</exception>
    private async Task ClaimAsync(string tenant, PostgresConnections connections, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await using var command = connections.Owner.CreateCommand(Identity);
        var identity = (string)(await command.ExecuteScalarAsync(patience.Token))!;
        var owner = _owners.GetOrAdd(identity, tenant);
        if (owner != tenant)
        {
            throw new HotException(
                HotErrorKind.Connection,
                $"Its PostgreSQL database is that of tenant '{owner}' under another POSTGRES_HOST or POSTGRES_PORT; each tenant must have a database of its own.");
        }
    }

    /// <summary>Comes after the hot tier and before anything works on it.</summary>
    internal sealed class Claim(string tenant, TenantDatabases all, PostgresConnections connections) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => all.ClaimAsync(tenant, connections, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
