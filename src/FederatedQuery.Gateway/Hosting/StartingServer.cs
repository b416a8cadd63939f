using System.Diagnostics.Metrics;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Listens in the gateway's place until the gateway itself can: the process is alive and not ready, and says what it waits for. A service manager can so tell a database that is
/// late from a gateway that hangs.
/// </summary>
internal sealed class StartingServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private WebApplication? _app;
    private volatile Wait? _wait;

    /// <summary>Begins to listen, unless it does already, and says what is waited for from now on. Does not listen where PORT is 0, since nobody knows yet where to ask.</summary>
    /// <param name="settings">Where it listens.</param>
    /// <param name="part">What is waited for, as the report of health calls it.</param>
    /// <param name="waiting">What is the matter with it, in a sentence; null where nothing in particular is.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public async Task StartAsync(GatewaySettings settings, string part, Func<string?> waiting, CancellationToken cancellationToken)
    {
        _wait = new Wait(part, waiting);
        if (_app is not null || settings.Port == 0)
        {
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.Listen(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddNetwork(settings.Network);
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.AddSingleton<IMeterFactory, SilentMeters>();
        _app = builder.Build();
        _app.MapGet(HealthEndpoints.Live, HealthEndpoints.AnswerLive);
        _app.MapGet(HealthEndpoints.Ready, () => Results.Json(Report(), statusCode: StatusCodes.Status503ServiceUnavailable));
        _app.MapFallback("{*path}", context => Problems.WriteAsync(
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

    private HealthReport Report()
    {
        var parts = new Dictionary<string, PartHealth>();
        if (_wait is { } wait && wait.Reason() is { } reason)
        {
            parts[wait.Part] = new PartHealth(HealthReport.Down, 0, reason);
        }

        return new HealthReport(HealthReport.Starting, parts);
    }

    private sealed record Wait(string Part, Func<string?> Reason);

    /// <summary>The last hosted service to start before the gateway listens.</summary>
    internal sealed class End(StartingServer server) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => server.StopAsync();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
