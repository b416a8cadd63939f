using System.Diagnostics;
using FederatedQuery.Gateway.Hosting.Tenants;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>Gives ASP.NET Core's server spans the status that they end with, and the tenant where there are several: it fills in what is known of the request alone.</summary>
internal sealed class ServerSpanFilter(string? tenant) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            try
            {
                await following(context);
                Describe(context, context.Response.StatusCode);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
            {
                Describe(context, context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError);
                throw;
            }
        });
        next(app);
    };

    private void Describe(HttpContext context, int status)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        activity?.SetTag("http.response.status_code", status);
        if (tenant is not null)
        {
            activity?.SetTag(TenantMeters.Tag, tenant);
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
