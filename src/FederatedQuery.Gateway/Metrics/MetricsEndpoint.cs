using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Metrics;

/// <summary><c>GET /metrics</c>: the figures of this process, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", async (HttpContext context, PrometheusMetrics metrics) =>
        {
            // Instruments are asked one after the other, on this thread.
            var text = await Task.Run(metrics.Collect, context.RequestAborted);
            context.Response.ContentType = PrometheusText.ContentType;
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsync(text, context.RequestAborted);
        }).WithProblems().ForRole(Roles.Reader);
}
