using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.SignIn;
using FederatedQuery.Gateway.Dashboard;
using FederatedQuery.Gateway.Demo;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.IcebergRest;
using FederatedQuery.Gateway.Metrics;
using FederatedQuery.Gateway.Playground;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Settings.Secrets;
using FederatedQuery.Gateway.Typed.Refresh;
using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>The gateway as a server.</summary>
internal static class GatewayHost
{
    private const int Failed = 1;

    /// <summary>Of the looks at files of settings.</summary>
    internal static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(5);

    /// <summary>Serves until a signal ends it. What keeps it from starting is said in one line on standard error.</summary>
    /// <param name="sources">Where the settings were found.</param>
    /// <param name="values">What was found there.</param>
    /// <param name="settings">What that means.</param>
    /// <param name="demo">Loads the demo's data.</param>
    /// <param name="starting">Listens until the gateway does.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(
        SettingsSources sources, SettingValues values, GatewaySettings settings, bool demo, StartingServer starting, CancellationToken cancellationToken) => ServeAsync(
            settings,
            starting,
            () =>
            {
                // A rotated secret is in memory: looking costs nothing, and queries wait for its password.
                var interval = sources.FoundSecret is null ? RereadInterval : TimeSpan.FromSeconds(1);
                var builder = CreateBuilder(settings, sources.CanChange ? sources.Read : null, interval, values, demo);
                AddRefresh(builder.Services, sources.FoundSecret);
                builder.WebHost.Listen(settings);
                builder.Services.AddHostedService(_ => new StartingServer.End(starting));
                return Finish(builder.Build(), settings);
            },
            app => app.Services.GetRequiredService<PostgresConnections>().Waiting,
            cancellationToken);

    /// <param name="settings">Where it listens.</param>
    /// <param name="starting">Listens until the server does.</param>
    /// <param name="build">Makes the server.</param>
    /// <param name="waiting">What of PostgreSQL its start waits for, null where nothing is; null: it waits for nothing before it listens.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <inheritdoc cref="RunAsync"/>
    internal static async Task<int> ServeAsync(
        GatewaySettings settings, StartingServer starting, Func<WebApplication> build, Func<WebApplication, string?>? waiting, CancellationToken cancellationToken)
    {
        using var secondSignal = new SecondSignal();
        await using var app = build();
        try
        {
            if (waiting is not null)
            {
                await starting.StartAsync(settings, "postgres", () => waiting(app), cancellationToken);
            }

            await app.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("The gateway was told to stop before it had started.");
            return Failed;
        }
        catch (Exception error) when (Failure.MessageOf(error, settings) is { } message)
        {
            await Console.Error.WriteLineAsync(message);
            return Failed;
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Reads the secret again while the process runs.</summary>
    /// <param name="services">Of the process' own host.</param>
    /// <param name="secret">Null: there is none.</param>
    internal static void AddRefresh(IServiceCollection services, SettingsSecret? secret)
    {
        if (secret is not null)
        {
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<SecretRefresh>(provider, secret));
        }
    }

    /// <summary>A gateway, but for what it listens with.</summary>
    /// <param name="reread">Reads the settings again; null: they cannot change.</param>
    /// <param name="interval">How often.</param>
    internal static WebApplicationBuilder CreateBuilder(GatewaySettings settings, Func<SettingValues>? reread, TimeSpan interval, SettingValues values, bool demo)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddGatewayLogging(quiet: demo);
        builder.Services.AddGateway(settings);
        if (demo)
        {
            builder.Services.AddDemo();
        }

        if (reread is not null)
        {
            builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<SettingsReload>(provider, reread, values, interval));
        }

        return builder;
    }

    /// <summary>What requests go through.</summary>
    internal static WebApplication Finish(WebApplication app, GatewaySettings settings)
    {
        Draining.CloseConnections(app);
        app.UseNetwork(settings.Network);
        app.UseMiddleware<AccessMiddleware>();
        MapEndpoints(app);
        RuleCheck.Require(app);
        return app;
    }

    /// <summary>Everything that is answered.</summary>
    internal static void MapEndpoints(WebApplication app)
    {
        app.MapGraphQLForKnown();
        app.MapSchemaRefresh();
        app.MapPlayground();
        app.MapSignIn();
        app.MapDashboard(DashboardEndpoints.DefaultFolder);
        app.MapHealth();
        app.MapMetrics();
        app.MapIcebergRest();
        app.MapLogRetrieval();
        app.MapSql();
        app.MapOpenApi();
        app.MapLogIngest();
        app.MapOtlp();
        app.MapElasticsearch();
        app.MapLogTail();
    }
}
