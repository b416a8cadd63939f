namespace FederatedQuery.Gateway.Health;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: all parts do, or 503 with the state of each.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = HealthReport.Up }));
        app.MapGet("/health/ready", async (HealthProbes probes, CancellationToken cancellationToken) =>
        {
            var report = await probes.RunAsync(cancellationToken);
            return Results.Json(report, statusCode: report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
