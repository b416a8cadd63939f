using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FederatedQuery.GraphQL.Types;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The schema as SDL, printed once per schema. Browsers show it; <c>?download</c> saves it as <c>schema.graphql</c>. The ETag is weak because the
/// bytes differ by content coding. Where introspection is switched off there is none.
/// </summary>
internal sealed class SchemaEndpoint(GraphQLServer server, GraphQLHttpOptions options)
{
    private volatile PrintedSchema? _printed;

    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        if (!server.Executor.ShowsSchema)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var printed = Print(server.Schema);
        response.Headers.ETag = printed.ETag.ToString();
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(printed.ETag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "text/plain; charset=utf-8";
        if (context.Request.Query.ContainsKey("download"))
        {
            response.ContentType = "application/graphql; charset=utf-8";
            response.Headers.ContentDisposition = "attachment; filename=\"schema.graphql\"";
        }

        if (options.CompressResponses && ContentCoding.Choose(context) is { } coding)
        {
            using var output = new CompressingPipeWriter(response, coding, options);
            output.Write(printed.Utf8.Span);
            await output.CompleteAsync();
            return;
        }

        response.ContentLength = printed.Utf8.Length;
        await response.Body.WriteAsync(printed.Utf8, context.RequestAborted);
    }

    private PrintedSchema Print(Schema schema)
    {
        if (_printed is { } known && ReferenceEquals(known.Schema, schema))
        {
            return known;
        }

        var utf8 = Encoding.UTF8.GetBytes(SchemaPrinter.Print(schema));
        var tag = Base64Url.EncodeToString(SHA256.HashData(utf8).AsSpan(0, 16));
        return _printed = new PrintedSchema(schema, utf8, new EntityTagHeaderValue($"\"{tag}\"", isWeak: true));
    }

    private sealed record PrintedSchema(Schema Schema, ReadOnlyMemory<byte> Utf8, EntityTagHeaderValue ETag);
}
