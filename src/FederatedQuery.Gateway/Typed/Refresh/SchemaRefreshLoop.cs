using FederatedQuery.Gateway.Settings;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Typed.Refresh;

/// <summary>Notices within seconds that tables have come, gone or changed. The first round is done before the server listens, so that no request meets a schema without tables.</summary>
internal sealed partial class SchemaRefreshLoop(SchemaRefresher refresher, GatewaySettings settings, TimeProvider time, ILogger<SchemaRefreshLoop> logger) : PeriodicService("Looking for changes of tables", time, logger)
{
    private static readonly TimeSpan FirstRoundTimeout = TimeSpan.FromSeconds(30);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override bool BeginsAtOnce => false;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(FirstRoundTimeout);
        try
        {
            await refresher.RefreshAsync(all: true, patience.Token);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // A tier that is down does not keep the server from starting; the next rounds try again.
            Failed(error);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task RunRoundAsync(CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(settings.QueryTimeout);
        await refresher.RefreshAsync(all: false, patience.Token);
    }

    protected override void LogFailure(Exception error) => Log.NotRefreshed(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(6105, LogLevel.Warning, "Whether tables have changed is not known; the GraphQL schema stays as it is")]
        public static partial void NotRefreshed(ILogger logger, Exception error);
    }
}
