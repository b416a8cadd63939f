using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// What comes between a signal to stop and the end of listening. Health says 503 from the signal on, and subscriptions are closed; requests are taken for SHUTDOWN_DELAY more, until
/// balancers have noticed. After that the server lets running requests end, and then log ingest stores what it has.
/// </summary>
internal sealed partial class Draining(GatewaySettings settings, TimeProvider time, ILogger<Draining> logger) : IHostedLifecycleService
{
    /// <summary>What the rest of the services may take, once requests have had their time.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public static void AddTo(IServiceCollection services, GatewaySettings settings)
    {
        services.AddHostedService<Draining>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.ShutdownDelay + settings.ShutdownTimeout + Slack);
    }

    /// <summary>Has clients that keep connections open go elsewhere with their next request.</summary>
    public static void CloseConnections(WebApplication app) => app.Use((context, next) =>
    {
        if (app.Lifetime.ApplicationStopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol) && !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Connection = "close";
        }

        return next(context);
    });

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(logger, settings.ShutdownDelay.TotalSeconds, settings.ShutdownTimeout.TotalSeconds);
        await Task.Delay(settings.ShutdownDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Log.Stopped(logger);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(6020, LogLevel.Information, "Told to stop: requests are taken for {DelaySeconds} s more, and then have {TimeoutSeconds} s to end")]
        public static partial void Stopping(ILogger logger, double delaySeconds, double timeoutSeconds);

        [LoggerMessage(6021, LogLevel.Information, "All services have stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
