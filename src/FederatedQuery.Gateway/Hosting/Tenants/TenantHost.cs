using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>A tenant's gateway: a host of its own, with both tiers, schema, jobs, logs, caches and keys of its own. It shares the process with others, and nothing else.</summary>
/// <param name="app">Its host. Ends with this.</param>
/// <param name="server">The host's server.</param>
internal sealed class TenantHost(WebApplication app, TenantServer server) : IAsyncDisposable
{
    // Asked for here: whoever asks later may come after the end.
    private readonly IHostApplicationLifetime _lifetime = app.Lifetime;
    private readonly PostgresConnections _postgres = app.Services.GetRequiredService<PostgresConnections>();

    /// <summary>Answers its requests, once it has started.</summary>
    public Application Application => server.Current ?? throw new InvalidOperationException("The tenant's host has not started.");

    public KeyRing Keys { get; } = app.Services.GetRequiredService<KeyRing>();

    /// <summary>What its start is waiting for, in a sentence; null where nothing in particular is.</summary>
    public string? Waiting => _postgres.Waiting;

    /// <summary>That it has been told to stop, or has come to stop by itself.</summary>
    public CancellationToken Stopping => _lifetime.ApplicationStopping;

    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    /// <summary>It says that it is not ready, and its subscriptions end; requests are answered until <see cref="StopAsync"/>.</summary>
    public void BeginToStop() => _lifetime.StopApplication();

    /// <summary>Lets the requests that it answers come to their end, and then its services.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public Task<HealthReport> ProbeAsync(CancellationToken cancellationToken) => app.Services.GetRequiredService<HealthProbes>().RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
