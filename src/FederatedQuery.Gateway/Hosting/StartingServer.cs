using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Listens in the gateway's place until the gateway itself can: the process is alive and not ready, and says what it waits for. A service manager can so tell a database that is
/// late from a gateway that hangs.
/// </summary>
internal sealed class StartingServer(GatewaySettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private WebApplication? _app;

    /// <summary>Begins to listen; does nothing where PORT is 0, since nobody knows yet where to ask.</summary>
    /// <param name="waiting">What is waited for, in a sentence; null where nothing in particular is.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public async Task StartAsync(Func<string?> waiting, CancellationToken cancellationToken)
    {
        if (settings.Port == 0)
        {
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.Listen(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        _app = builder.Build();
        _app.MapGet(HealthEndpoints.Live, HealthEndpoints.AnswerLive);
        _app.MapGet(HealthEndpoints.Ready, () => Results.Json(Report(waiting()), statusCode: StatusCodes.Status503ServiceUnavailable));
        _app.MapFallback(context => Problems.WriteAsync(
            context, new Problem(StatusCodes.Status503ServiceUnavailable, "STARTING", "The gateway is starting. Send the request again.") { RetryAfter = Retry }));
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>Leaves the address to the gateway.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            using var patience = new CancellationTokenSource(StopTimeout);
            await app.StopAsync(patience.Token);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static HealthReport Report(string? waiting)
    {
        var parts = new Dictionary<string, PartHealth>();
        if (waiting is not null)
        {
            parts["postgres"] = new PartHealth(HealthReport.Down, 0, waiting);
        }

        return new HealthReport(HealthReport.Starting, parts);
    }

    /// <summary>The last hosted service to start before the gateway listens.</summary>
    internal sealed class End(StartingServer server) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => server.StopAsync();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
