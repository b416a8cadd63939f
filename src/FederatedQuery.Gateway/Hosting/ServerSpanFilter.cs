using System.Diagnostics;
using FederatedQuery.Gateway.Hosting.Tenants;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Gives ASP.NET Core's server spans the name that the conventions have for them (<c>POST /graphql</c>), the status that they end with, and the tenant where there are several: it fills in what is
/// known of the request alone, and calls all of them by one name.
/// </summary>
internal sealed class ServerSpanFilter(string? tenant) : IStartupFilter
{
    private static readonly string[] Methods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete, HttpMethods.Patch, HttpMethods.Options, HttpMethods.Connect, HttpMethods.Trace];

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
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { } activity)
        {
            return;
        }

        activity.DisplayName = NameOf(context);
        activity.SetTag("http.response.status_code", status);
        if (tenant is not null)
        {
            activity.SetTag(TenantMeters.Tag, tenant);
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Of few words: neither methods that clients make up nor the addresses of what is not there are in it.</summary>
    private static string NameOf(HttpContext context)
    {
        var method = context.Request.Method;
        var known = Array.Exists(Methods, method.Equals) ? method : "HTTP";
        return context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route } ? $"{known} /{route.Trim('/')}" : known;
    }
}
