namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Headers that keep browsers from doing with an answer what it is not for. On every answer, errors of the server's own included; a page that is one says its own
/// Content-Security-Policy, which stays.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>Of what is no page: nothing is to be loaded or run, and nobody is to frame it.</summary>
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // When the answer begins: what clears an answer to write an error in its place clears these too.
        context.Response.OnStarting(Add, context);
        return next(context);
    });

    private static Task Add(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        if (headers["Referrer-Policy"].Count == 0)
        {
            headers["Referrer-Policy"] = "no-referrer";
        }

        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = NoPage;
        }

        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return Task.CompletedTask;
    }
}
