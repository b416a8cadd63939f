using System.Buffers;
using System.IO.Pipelines;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// Results over time as <c>multipart/mixed</c> (GraphQL over HTTP, "Incremental Delivery over HTTP"): a part per payload. A part ends with the
/// boundary after it, so clients need not wait for the next one to read it; each is flushed, and a client that reads slowly holds its source
/// up through the flush. One that does not read at all is cut off.
/// </summary>
internal static class MultipartWriter
{
    /// <param name="context">Takes the parts.</param>
    /// <param name="accepted">What the client takes.</param>
    /// <param name="result">Of the operation; a single result makes a single part.</param>
    /// <param name="options">How long the client may leave a part unread.</param>
    public static async Task WriteAsync(HttpContext context, MultipartAccept accepted, ExecutionResult result, GraphQLHttpOptions options)
    {
        var response = context.Response;
        response.ContentType = accepted.ContentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        using var deadline = new WriteDeadline(options.EventStreamWriteTimeout, options.TimeProvider, context.Abort);
        var output = new DeadlinePipeWriter(response.BodyWriter, deadline);
        var cancellationToken = context.RequestAborted;
        output.Write("\r\n---"u8);
        if (result is ResponseStream stream)
        {
            // Subscribers learn that they are heard before the first event.
            await output.FlushAsync(cancellationToken);
            await WritePartsAsync(output, stream, cancellationToken);
        }
        else
        {
            await WritePartAsync(output, (OperationResult)result, ResponseStreamKind.Incremental, cancellationToken);
        }

        output.Write("--\r\n"u8);
        await output.FlushAsync(cancellationToken);
    }

    private static async Task WritePartsAsync(PipeWriter output, ResponseStream stream, CancellationToken cancellationToken)
    {
        await using var payloads = stream.Results.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await payloads.MoveNextAsync())
                {
                    return;
                }
            }
            catch (GraphQLException exception)
            {
                // The source failed. A payload that fails while it is written is another matter: half of it is with the client.
                await WritePartAsync(output, new OperationResult(exception.Errors), stream.Kind, cancellationToken);
                return;
            }

            await WritePartAsync(output, payloads.Current, stream.Kind, cancellationToken);
        }
    }

    private static async Task WritePartAsync(PipeWriter output, IResponsePayload payload, ResponseStreamKind kind, CancellationToken cancellationToken)
    {
        await using (payload)
        {
            output.Write("\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"u8);

            // Apollo's protocol for subscriptions puts results into an envelope, beside which errors of the transport have room.
            var hasEnvelope = kind == ResponseStreamKind.Subscription;
            if (hasEnvelope)
            {
                output.Write("{\"payload\":"u8);
            }

            await payload.WriteToAsync(output, cancellationToken);
            output.Write(hasEnvelope ? "}\r\n---"u8 : "\r\n---"u8);
            await output.FlushAsync(cancellationToken);
        }
    }
}
