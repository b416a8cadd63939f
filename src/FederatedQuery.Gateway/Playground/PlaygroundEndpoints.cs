using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.SignIn;
using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Playground;

/// <summary>GraphiQL for browsers, its files served by the gateway itself.</summary>
internal static class PlaygroundEndpoints
{
    private const string AssetsFolder = "graphiql";
    private const string Html = "text/html; charset=utf-8";

    /// <summary>As the dashboard's. GraphiQL's editor sets styles of its own.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'";

    private static readonly Lazy<CompressedFiles> Assets = new(() => CompressedFiles.Load(Path.Combine(AppContext.BaseDirectory, AssetsFolder)));

    /// <summary>Answers a browser's GET of /graphql.</summary>
    public static async Task WriteGraphiQLAsync(HttpContext context)
    {
        var response = context.Response;
        var origins = TenantRefusal.OfSignIn(context) is not null ? "" : await context.RequestServices.GetRequiredService<SignInWays>().OriginsAsync(context.RequestAborted);
        response.ContentType = Html;
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy + origins;
        response.Headers.XContentTypeOptions = "nosniff";
        // The same address answers GraphQL requests, and the page names the files of this version.
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.Accept;
        await response.WriteAsync(GraphiQLPage($"{RelativeTo(context.Request.Path)}assets/{Assets.Value.Version}"), context.RequestAborted);
    }

    public static void MapPlayground(this IEndpointRouteBuilder endpoints) => endpoints.MapMethods(
        "/graphql/assets/{version}/{name}",
        [HttpMethods.Get, HttpMethods.Head],
        // During an update of several gateways one may be asked for the files of another.
        (string version, string name, HttpContext context) => Assets.Value.Serve(name, isForGood: version == Assets.Value.Version, context)).ForAnyone();

    /// <summary>The folder below the page, as seen from the page: a proxy may have put a prefix before its address.</summary>
    private static string RelativeTo(PathString page)
    {
        var path = page.Value ?? string.Empty;
        return path.EndsWith('/') ? string.Empty : path[(path.LastIndexOf('/') + 1)..] + "/";
    }

    private static string GraphiQLPage(string assets) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>FederatedQuery: GraphiQL</title>
        <link rel="icon" type="image/svg+xml" href="{assets}/icon.svg">
        <link rel="stylesheet" href="{assets}/graphiql.min.css">
        <link rel="stylesheet" href="{assets}/explorer.css">
        <link rel="stylesheet" href="{assets}/page.css">
        </head>
        <body>
        <div id="graphiql"><p class="loading">Loading GraphiQL ...</p><noscript>GraphiQL needs JavaScript.</noscript></div>
        <script src="{assets}/react.production.min.js"></script>
        <script src="{assets}/react-dom.production.min.js"></script>
        <script src="{assets}/graphiql.min.js"></script>
        <script src="{assets}/explorer.js"></script>
        <script type="module" src="{assets}/page.js"></script>
        </body>
        </html>
        """;
}
