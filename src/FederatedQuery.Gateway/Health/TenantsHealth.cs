using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Hosting.Tenants;

namespace FederatedQuery.Gateway.Health;

/// <summary>
/// How a process with several tenants stands. It is ready as soon as one of them is and the others have had their time (<see cref="TenantHosts.IsStarting"/>): taken out of a balancer for one that is away, it
/// would serve the others no more. One tenant's part is asked for with <c>?tenant=</c>.
/// </summary>
/// <param name="Tenants">The report of each, by its name.</param>
internal sealed record TenantsHealthReport(string Status, IReadOnlyDictionary<string, HealthReport> Tenants)
{
    private static readonly HealthReport Stopping = new(HealthReport.Stopping, new Dictionary<string, PartHealth>());

    public int StatusCode => Status is HealthReport.Up or HealthReport.Degraded ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    /// <param name="process">Has been told to stop: nobody is asked any more.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public static async Task<TenantsHealthReport> OfAsync(TenantHosts hosts, CancellationToken process, CancellationToken cancellationToken)
    {
        var tenants = hosts.Current.All;
        if (process.IsCancellationRequested)
        {
            return new TenantsHealthReport(HealthReport.Stopping, tenants.ToDictionary(tenant => tenant.Name, _ => Stopping));
        }

        var isStarting = hosts.IsStarting;
        var reports = await Task.WhenAll(tenants.Select(tenant => tenant.ProbeAsync(cancellationToken)));
        return new TenantsHealthReport(
            isStarting ? HealthReport.Starting
            : reports.All(report => report.IsReady) ? HealthReport.Up
            : reports.Any(report => report.IsReady) ? HealthReport.Degraded
            : HealthReport.Down,
            tenants.Zip(reports).ToDictionary(pair => pair.First.Name, pair => pair.Second));
    }
}

/// <summary>As <see cref="HealthEndpoints"/>, of all tenants.</summary>
internal static class TenantsHealthEndpoints
{
    public static void MapTenantsHealth(this WebApplication app, TenantHosts hosts)
    {
        app.MapGet(HealthEndpoints.Live, HealthEndpoints.AnswerLive).ForAnyone();
        app.MapGet(HealthEndpoints.Ready, async (HttpContext context) =>
        {
            if (context.Features.Get<TenantAsked>() is { Tenant: var tenant })
            {
                return Results.Json(await tenant.ProbeAsync(context.RequestAborted), statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            var report = await TenantsHealthReport.OfAsync(hosts, app.Lifetime.ApplicationStopping, context.RequestAborted);
            return Results.Json(report, statusCode: report.StatusCode);
        }).ForAnyone();
    }
}
