using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>Gives ASP.NET Core's server spans the status that they end with: it fills in what is known of the request alone.</summary>
internal sealed class ResponseStatusFilter : IStartupFilter
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

    private static void Describe(HttpContext context, int status)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        activity?.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
