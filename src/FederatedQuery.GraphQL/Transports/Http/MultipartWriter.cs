using System.Buffers;
using System.IO.Pipelines;
using System.Text;
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
    private static ReadOnlySpan<byte> PartStart => "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"u8;

    /// <summary>An error of the transport in Apollo's protocol for subscriptions: clients may ask again.</summary>
    private static byte[] ShuttingDown { get; } = Encoding.UTF8.GetBytes(
        $$$"""{"payload":null,"errors":[{"message":"The server is shutting down.","extensions":{"code":"{{{ErrorCodes.ShuttingDown}}}"}}]}""");

    /// <param name="context">Takes the parts.</param>
    /// <param name="accepted">What the client takes.</param>
    /// <param name="result">Of the operation; a single result makes a single part.</param>
    /// <param name="options">How long the client may leave a part unread.</param>
    /// <param name="stopping">The server stops: subscriptions end, with a part that says so. What is deferred comes to its end first.</param>
    public static async Task WriteAsync(
        HttpContext context, MultipartAccept accepted, ExecutionResult result, GraphQLHttpOptions options, CancellationToken stopping)
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
            await (stream.Kind == ResponseStreamKind.Subscription
                ? WriteSubscriptionAsync(output, stream, stopping, cancellationToken)
                : WritePartsAsync(output, stream, cancellationToken, cancellationToken));
        }
        else
        {
            await WritePartAsync(output, (OperationResult)result, ResponseStreamKind.Incremental, cancellationToken);
        }

        output.Write("--\r\n"u8);
        await output.FlushAsync(cancellationToken);
    }

    private static async Task WriteSubscriptionAsync(PipeWriter output, ResponseStream stream, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            await WritePartsAsync(output, stream, ending.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // A source may also end by itself when it is cancelled; either way it has not come to its end.
        }

        if (stopping.IsCancellationRequested)
        {
            output.Write(PartStart);
            output.Write(ShuttingDown);
            output.Write("\r\n---"u8);
        }
    }

    /// <param name="output">Gets the parts.</param>
    /// <param name="stream">Their source.</param>
    /// <param name="ending">Ends the source.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    private static async Task WritePartsAsync(PipeWriter output, ResponseStream stream, CancellationToken ending, CancellationToken cancellationToken)
    {
        await using var payloads = stream.Results.GetAsyncEnumerator(ending);
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
            output.Write(PartStart);

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
