using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// Which tenant has which database, as the servers themselves tell them apart: settings cannot show that two names of hosts are one server. Two that have one are both not served until the settings
/// of one change: whose rows they are cannot be known here. Thread-safe.
/// </summary>
internal sealed class TenantDatabases
{
    private const string Identity = "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || current_database()";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedSet<string>> _owners = new(StringComparer.Ordinal);

    /// <summary>Told of a tenant that had its database until another came with the same, or that has it alone again.</summary>
    public Action<string> OnChanged { get; set; } = _ => { };

    /// <summary>The tenant has no database any more, or another.</summary>
    public void Release(string tenant)
    {
        List<string> alone = [];
        lock (_lock)
        {
            foreach (var (identity, owners) in _owners.ToList())
            {
                if (owners.Remove(tenant))
                {
                    switch (owners.Count)
                    {
                        case 0:
                            _owners.Remove(identity);
                            break;
                        case 1:
                            alone.AddRange(owners);
                            break;
                    }
                }
            }
        }

        alone.ForEach(OnChanged);
    }

    /// <exception cref="HotException">The database is another tenant's.</exception>
    private async Task ClaimAsync(string tenant, PostgresConnections connections, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await using var command = connections.Owner.CreateCommand(Identity);
        var identity = (string)(await command.ExecuteScalarAsync(patience.Token))!;
        List<string> others;
        bool isNew;
        lock (_lock)
        {
            if (!_owners.TryGetValue(identity, out var owners))
            {
                _owners[identity] = owners = new SortedSet<string>(StringComparer.Ordinal);
            }

            isNew = owners.Add(tenant);
            others = [.. owners.Where(owner => owner != tenant)];
            foreach (var former in _owners.Where(pair => pair.Key != identity && pair.Value.Remove(tenant) && pair.Value.Count == 0).Select(pair => pair.Key).ToList())
            {
                _owners.Remove(former);
            }
        }

        if (others.Count > 0)
        {
            if (isNew)
            {
                others.ForEach(OnChanged);
            }

            throw new HotException(
                HotErrorKind.Connection,
                $"Its PostgreSQL database is that of tenant '{others[0]}' under another POSTGRES_HOST or POSTGRES_PORT; each tenant must have a database of its own. Neither is served.");
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
