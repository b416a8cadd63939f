using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Settings.Secrets;
using FederatedQuery.Gateway.Settings.Tenants;
using Microsoft.AspNetCore.Hosting.Server;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>The gateway as a server of several tenants: one that listens, and behind it a host for each tenant.</summary>
internal static class TenantsHost
{
    /// <param name="settings">Of the process and its tenants.</param>
    /// <param name="secret">Of the whole process; null: there is none.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <inheritdoc cref="GatewayHost.RunAsync"/>
    public static async Task<int> RunAsync(TenantsSettings settings, SettingsSecret? secret, CancellationToken cancellationToken)
    {
        var databases = new TenantDatabases();
        List<TenantHost> hosts = [.. settings.Tenants.Select(tenant => Build(tenant, databases))];
        return await GatewayHost.ServeAsync(
            settings.Process, starting => BuildFront(settings, secret, hosts, starting), _ => Waiting(hosts), cancellationToken);
    }

    /// <summary>What the starts of all wait for.</summary>
    private static string? Waiting(List<TenantHost> hosts) =>
        hosts.Select(host => (host.Name, host.Waiting)).Where(host => host.Waiting is not null).Select(host => $"Tenant '{host.Name}': {host.Waiting}").ToList() is { Count: > 0 } all
            ? string.Join(' ', all)
            : null;

    private static TenantHost Build(TenantSettings tenant, TenantDatabases databases)
    {
        var server = new TenantServer();
        var builder = GatewayHost.CreateBuilder(tenant.Settings, tenant.Read, GatewayHost.RereadInterval, tenant.Values, demo: false);
        TenantLogging.AddTo(builder.Logging, tenant.Name);
        builder.Services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_ => new TenantMeters(tenant.Name));
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.AddSingleton<IServer>(_ => server);
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<TenantDatabases.Claim>(provider, tenant.Name, databases));
        return new TenantHost(tenant.Name, GatewayHost.Finish(builder.Build(), tenant.Settings), server);
    }

    private static WebApplication BuildFront(TenantsSettings settings, SettingsSecret? secret, List<TenantHost> hosts, StartingServer starting)
    {
        var process = settings.Process;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.Listen(process);
        builder.Logging.AddGatewayLogging(quiet: false);
        builder.Services.AddSingleton(TimeProvider.System);
        GatewayHost.AddRefresh(builder.Services, secret);
        builder.Services.AddSingleton(process);
        builder.Services.AddNetwork(process.Network);
        Draining.AddTo(builder.Services, process);
        GatewayTelemetry.AddExportTo(builder.Services);
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TenantHosts>(provider, (IReadOnlyList<TenantHost>)hosts));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TenantHosts>());
        builder.Services.AddSingleton(new NamedTenant(
            settings.Tenants.SelectMany(tenant => tenant.Settings.TenantHosts.Select(host => (host, tenant.Name))).ToDictionary(pair => pair.host, pair => pair.Name, StringComparer.Ordinal), process.Network));
        builder.Services.AddSingleton<TenantRouter>();
        RoutingServer.Replace(builder.Services);
        builder.Services.AddHostedService(_ => new StartingServer.End(starting));
        var app = builder.Build();
        Draining.CloseConnections(app);
        app.UseNetwork(process.Network);
        app.MapTenantsHealth(app.Services.GetRequiredService<TenantHosts>());
        return app;
    }
}
