using FederatedQuery.Gateway.Access;

namespace FederatedQuery.Gateway.Health;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: all parts do, or 503 with the state of each; 503 too while the gateway starts (<see cref="Hosting.StartingServer"/>)
/// and from the moment that it is told to stop.
/// </summary>
internal static class HealthEndpoints
{
    public const string Live = "/health/live";
    public const string Ready = "/health/ready";

    public static IResult AnswerLive() => Results.Json(new { status = HealthReport.Up });

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet(Live, AnswerLive).ForAnyone();
        app.MapGet(Ready, async (HealthProbes probes, CancellationToken cancellationToken) =>
        {
            if (app.Lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return Results.Json(new HealthReport(HealthReport.Stopping, new Dictionary<string, PartHealth>()), statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            var report = await probes.RunAsync(cancellationToken);
            return Results.Json(report, statusCode: report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).ForAnyone();
    }
}
