using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>A tenant's gateway: a host of its own, with both tiers, schema, jobs, logs, caches and keys of its own. It shares the process with others, and nothing else.</summary>
/// <param name="name">The tenant.</param>
/// <param name="app">Its host. Ends with this.</param>
/// <param name="server">The host's server.</param>
internal sealed class TenantHost(string name, WebApplication app, TenantServer server) : IAsyncDisposable
{
    public string Name => name;

    /// <summary>Answers its requests; null before the host has started.</summary>
    public Application? Application => server.Current;

    public AccessSettings Access { get; } = app.Services.GetRequiredService<GatewaySettings>().Access;

    public KeyRing Keys { get; } = app.Services.GetRequiredService<KeyRing>();

    /// <summary>Null: it takes no tokens.</summary>
    public TokenReader? Tokens { get; } = app.Services.GetService<TokenReader>();

    /// <summary>What its start is waiting for, in a sentence; null where nothing in particular is.</summary>
    public string? Waiting => app.Services.GetRequiredService<PostgresConnections>().Waiting;

    /// <summary>That it has been told to stop, or has come to stop by itself.</summary>
    public CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    /// <summary>It says that it is not ready, and its subscriptions end; requests are answered until <see cref="StopAsync"/>.</summary>
    public void BeginToStop() => app.Lifetime.StopApplication();

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public Task<HealthReport> ProbeAsync(CancellationToken cancellationToken) => app.Services.GetRequiredService<HealthProbes>().RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
