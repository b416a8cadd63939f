using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.SignIn;
using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.Rest;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Dashboard;

/// <summary>
/// The dashboard at <c>/</c>. Its pages are named here: whatever else nobody answers stays a 404, not a page that says so with status 200.
/// </summary>
internal static class DashboardEndpoints
{
    private const string Html = "text/html; charset=utf-8";

    /// <summary>
    /// No script but the gateway's own files, nothing from elsewhere, no connection but to the gateway and where people sign in. The component library and the editor set
    /// styles of their own.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; connect-src 'self'";

    /// <summary>Besides the root, which is the page of logs.</summary>
    private static readonly string[] Pages = ["/tables", "/tables/{namespace}/{name}", "/sql", "/operations", "/sign-in"];

    /// <summary>As the build of the gateway has taken it along.</summary>
    public static string DefaultFolder { get; } = Path.Combine(AppContext.BaseDirectory, "dashboard");

    /// <param name="endpoints">Where to.</param>
    /// <param name="folder">What Vite has built; where it is not there, pages say so.</param>
    public static void MapDashboard(this IEndpointRouteBuilder endpoints, string folder)
    {
        var build = new Lazy<DashboardBuild?>(() => DashboardBuild.Find(folder));
        // The same address is the first that clients of Elasticsearch ask, which ship logs.
        endpoints.MapGet("/", context => ElasticsearchEndpoints.IsClient(context.Request) ? ElasticsearchEndpoints.WriteInfoAsync(context) : WritePageAsync(context, build.Value))
            .WithAccess(context => ElasticsearchEndpoints.IsClient(context.Request) ? AccessRule.Known : AccessRule.Anyone)
            .WithMetadata(ElasticsearchEndpoints.ProblemFormat);
        var files = endpoints.MapGroup("").ExcludeFromDescription().ForAnyone();
        foreach (var page in Pages)
        {
            files.MapMethods(page, [HttpMethods.Get, HttpMethods.Head], context => WritePageAsync(context, build.Value));
        }

        // Names hold a hash of what is in the files.
        files.MapMethods(
            "/assets/{name}",
            [HttpMethods.Get, HttpMethods.Head],
            (string name, HttpContext context) => build.Value?.Assets.Serve(name, isForGood: name.Contains('-', StringComparison.Ordinal), context) ?? Results.NotFound());
    }

    private static async Task WritePageAsync(HttpContext context, DashboardBuild? build)
    {
        var response = context.Response;
        var origins = TenantRefusal.OfSignIn(context) is not null ? "" : await context.RequestServices.GetRequiredService<SignInWays>().OriginsAsync(context.RequestAborted);
        response.ContentType = Html;
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy + origins;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        // It names the files of this version.
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.Accept;
        await response.WriteAsync(build?.Page.At(context.Request.Path) ?? NotBuilt(DashboardPage.RootFrom(context.Request.Path)), context.RequestAborted);
    }

    private static string NotBuilt(string root) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>FederatedQuery</title></head>
        <body>
        <h1>FederatedQuery</h1>
        <p>This gateway was built without its dashboard. <code>run.sh</code> builds both; by hand: <code>npm ci &amp;&amp; npm run build</code> in <code>src/dashboard</code>, then build the gateway.</p>
        <ul>
        <li><a href="{root}graphql">GraphQL playground</a> (the endpoint itself is <code>/graphql</code>)</li>
        <li><a href="{root}graphql/schema">Schema</a></li>
        <li><a href="{root}health/ready">Health</a></li>
        </ul>
        </body>
        </html>
        """;
}
