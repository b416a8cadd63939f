using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings.Secrets;
using FederatedQuery.Gateway.Settings.Tenants;
using FederatedQuery.Hot.Connections;
using Microsoft.AspNetCore.Hosting.Server;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>The gateway as a server of several tenants: one that listens, and behind it a host for each tenant.</summary>
internal static class TenantsHost
{
    /// <summary>What was read of a tenant's settings is in memory: looking costs nothing.</summary>
    private static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(1);

    /// <param name="settings">Of the process and its tenants.</param>
    /// <param name="secret">Of the whole process; null: there is none.</param>
    /// <param name="starting">What may listen until the process does.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <inheritdoc cref="GatewayHost.RunAsync"/>
    public static Task<int> RunAsync(TenantsSettings settings, SettingsSecret? secret, StartingServer starting, CancellationToken cancellationToken) =>
        GatewayHost.ServeAsync(settings.Process, starting, () => BuildFront(settings, secret, starting), waiting: null, cancellationToken);

    private static TenantHost Build(Tenant tenant, TenantSettings settings, TenantDatabases databases)
    {
        var server = new TenantServer();
        var builder = GatewayHost.CreateBuilder(settings.Settings, () => tenant.Settings.Values, RereadInterval, settings.Values, demo: false);
        // Nobody waits for one tenant but itself.
        builder.Services.Configure<PostgresOptions>(options => options.StartTimeout = Timeout.InfiniteTimeSpan);
        TenantLogging.AddTo(builder.Logging, settings.Name);
        builder.Services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_ => new TenantMeters(settings.Name));
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.AddSingleton<IServer>(_ => server);
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<TenantDatabases.Claim>(provider, settings.Name, databases));
        return new TenantHost(GatewayHost.Finish(builder.Build(), settings.Settings), server);
    }

    private static WebApplication BuildFront(TenantsSettings settings, SettingsSecret? secret, StartingServer starting)
    {
        var process = settings.Process;
        var databases = new TenantDatabases();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.Listen(process);
        builder.Logging.AddGatewayLogging(quiet: false);
        builder.Services.AddSingleton(TimeProvider.System);
        GatewayHost.AddRefresh(builder.Services, secret);
        builder.Services.AddSingleton(process);
        builder.Services.AddNetwork(process.Network);
        Draining.AddTo(builder.Services, process);
        GatewayTelemetry.AddExportTo(builder.Services);
        builder.Services.AddSingleton(databases);
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TenantHosts>(
            provider, settings.Tenants, (Func<Tenant, TenantSettings, TenantHost>)((tenant, current) => Build(tenant, current, databases))));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TenantHosts>());
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<TenantWatch>(provider, settings.Folder));
        builder.Services.AddSingleton(new NamedTenant(process.Network));
        builder.Services.AddSingleton<TenantRouter>();
        RoutingServer.Replace(builder.Services);
        builder.Services.AddHostedService(_ => new StartingServer.End(starting));
        var app = builder.Build();
        Draining.CloseConnections(app);
        app.UseNetwork(process.Network);
        app.MapTenantsHealth(app.Services.GetRequiredService<TenantHosts>());
        // While no tenant is there to refuse in the format of what is asked.
        app.MapFallback("{*path}", context => Problems.WriteAsync(
            context, context.Features.Get<TenantRefusal>()?.Problem ?? new Problem(StatusCodes.Status404NotFound, "NOT_FOUND", $"There is no '{context.Request.Path}' here.")));
        return app;
    }
}
