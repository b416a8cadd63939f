using System.Globalization;
using FederatedQuery.Benchmarks.GraphQL.Schema;
using FederatedQuery.GraphQL.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>
/// A server in a process of its own, so that its processor time is its own: prints its address, ends when standard input does.
/// </summary>
internal static class ServeCommand
{
    /// <summary>Tells how many bytes the process has allocated.</summary>
    public const string AllocatedPath = "/allocated";

    /// <summary>Collects garbage, and tells how many managed bytes are in use.</summary>
    public const string HeapPath = "/heap";

    /// <param name="answer">A file whose bytes answer every request, without GraphQL; null: our engine.</param>
    public static async Task RunAsync(FileInfo? answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddGraphQLServer().AddTypes(typeof(CatalogQueries).Assembly).AddType<Item>().AddType<Node>();
        await using var app = builder.Build();
        if (answer is null)
        {
            app.MapGraphQL();
        }
        else
        {
            var bytes = await File.ReadAllBytesAsync(answer.FullName, cancellationToken);
            app.Map("/graphql", (HttpContext context) => AnswerAsync(context, bytes));
        }

        app.MapGet(AllocatedPath, () => GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
        app.MapGet(HeapPath, () => GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync(cancellationToken);
    }

    /// <summary>The least that any server on Kestrel does: takes the body in, says type and length, writes.</summary>
    private static async Task AnswerAsync(HttpContext context, byte[] bytes)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}
