using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Playground;

/// <summary>GraphiQL for browsers, its files served by the gateway itself, and the front page.</summary>
internal static class PlaygroundEndpoints
{
    /// <summary>Where GraphiQL's files are.</summary>
    public const string AssetsPath = "/graphql/assets";

    private const string AssetsFolder = "graphiql";
    private const string Html = "text/html; charset=utf-8";

    /// <summary>Answers a browser's GET of /graphql.</summary>
    public static Task WriteGraphiQLAsync(HttpContext context)
    {
        context.Response.ContentType = Html;
        // The files are the gateway's own; GraphiQL's editor sets styles of its own.
        context.Response.Headers[HeaderNames.ContentSecurityPolicy] =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:";
        return context.Response.WriteAsync(GraphiQLPage, context.RequestAborted);
    }

    public static void UsePlayground(this WebApplication app)
    {
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = AssetsPath,
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, AssetsFolder)),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=3600",
        });
        app.MapGet("/", () => Results.Content(FrontPage, Html));
    }

    private const string FrontPage =
        """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>FederatedQuery</title></head>
        <body>
        <h1>FederatedQuery</h1>
        <ul>
        <li><a href="/graphql">GraphQL playground</a> (the endpoint itself is <code>/graphql</code>)</li>
        <li><a href="/graphql/schema">Schema</a></li>
        <li><a href="/health/ready">Health</a></li>
        </ul>
        </body>
        </html>
        """;

    private const string GraphiQLPage =
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>FederatedQuery: GraphiQL</title>
        <link rel="stylesheet" href="{{AssetsPath}}/graphiql.min.css">
        <link rel="stylesheet" href="{{AssetsPath}}/page.css">
        </head>
        <body>
        <div id="graphiql">Loading GraphiQL ...</div>
        <script src="{{AssetsPath}}/react.production.min.js"></script>
        <script src="{{AssetsPath}}/react-dom.production.min.js"></script>
        <script src="{{AssetsPath}}/graphiql.min.js"></script>
        <script src="{{AssetsPath}}/page.js"></script>
        </body>
        </html>
        """;
}
