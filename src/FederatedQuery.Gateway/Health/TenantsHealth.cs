using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Hosting.Tenants;

namespace FederatedQuery.Gateway.Health;

/// <summary>How a process with several tenants stands: it is ready when all of them are. One tenant's part is asked for with <c>?tenant=</c>.</summary>
/// <param name="Tenants">The report of each, by its name.</param>
internal sealed record TenantsHealthReport(string Status, IReadOnlyDictionary<string, HealthReport> Tenants)
{
    private static readonly HealthReport Stopping = new(HealthReport.Stopping, new Dictionary<string, PartHealth>());

    /// <param name="process">Has been told to stop: nobody is asked any more.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public static async Task<TenantsHealthReport> OfAsync(TenantHosts hosts, CancellationToken process, CancellationToken cancellationToken)
    {
        if (process.IsCancellationRequested)
        {
            return new TenantsHealthReport(HealthReport.Stopping, hosts.All.ToDictionary(host => host.Name, _ => Stopping));
        }

        var reports = await Task.WhenAll(hosts.All.Select(host => host.ProbeAsync(cancellationToken)));
        return new TenantsHealthReport(
            reports.All(report => report.IsReady) ? HealthReport.Up : HealthReport.Down, hosts.All.Zip(reports).ToDictionary(pair => pair.First.Name, pair => pair.Second));
    }
}

/// <summary>As <see cref="HealthEndpoints"/>, of all tenants.</summary>
internal static class TenantsHealthEndpoints
{
    public static void MapTenantsHealth(this WebApplication app, TenantHosts hosts)
    {
        app.MapGet(HealthEndpoints.Live, HealthEndpoints.AnswerLive).ForAnyone();
        app.MapGet(HealthEndpoints.Ready, async (CancellationToken cancellationToken) =>
        {
            var report = await TenantsHealthReport.OfAsync(hosts, app.Lifetime.ApplicationStopping, cancellationToken);
            return Results.Json(report, statusCode: report.Status == HealthReport.Up ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).ForAnyone();
    }
}
