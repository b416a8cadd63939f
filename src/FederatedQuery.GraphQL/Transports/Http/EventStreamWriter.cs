using System.Buffers;
using FederatedQuery.GraphQL.Execution;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// GraphQL over server-sent events, distinct connections mode: one <c>next</c> event per result, then <c>complete</c>. Each event is flushed;
/// a client that reads slowly holds its source up through the flush.
/// </summary>
internal static class EventStreamWriter
{
    public static async Task WriteAsync(HttpContext context, ExecutionResult result)
    {
        var response = context.Response;
        response.ContentType = MediaTypes.EventStream + "; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        var cancellationToken = context.RequestAborted;
        if (result is ResponseStream stream)
        {
            // The client learns that it is subscribed before the first event.
            response.BodyWriter.Write(":\n\n"u8);
            await response.BodyWriter.FlushAsync(cancellationToken);
            await foreach (var item in stream.Results.WithCancellation(cancellationToken))
            {
                await WriteNextAsync(context, item);
            }
        }
        else
        {
            await WriteNextAsync(context, (OperationResult)result);
        }

        response.BodyWriter.Write("event: complete\ndata:\n\n"u8);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>The JSON that this library writes has no line breaks, so one data line holds it.</summary>
    private static async Task WriteNextAsync(HttpContext context, IResponsePayload result)
    {
        await using (result)
        {
            var output = context.Response.BodyWriter;
            output.Write("event: next\ndata: "u8);
            await result.WriteToAsync(output, context.RequestAborted);
            output.Write("\n\n"u8);
            await output.FlushAsync(context.RequestAborted);
        }
    }
}
