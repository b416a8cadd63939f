using System.Buffers;
using System.IO.Pipelines;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// GraphQL over server-sent events, distinct connections mode (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md): one
/// <c>next</c> event per result, request errors too, then <c>complete</c>. A client that reads slowly holds its source up through the flush;
/// one that does not read at all is cut off. A stream that ends without <c>complete</c>, as when the server shuts down, is one for the client
/// to ask for again.
/// </summary>
internal sealed partial class EventStreamWriter(GraphQLHttpOptions options, IHostApplicationLifetime lifetime, ILogger<EventStreamWriter> logger)
{
    public async Task WriteAsync(HttpContext context, ExecutionResult result)
    {
        var response = context.Response;
        response.ContentType = MediaTypes.EventStream + "; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        using var deadline = new WriteDeadline(options.EventStreamWriteTimeout, options.TimeProvider, () => CutOff(context));
        var output = new DeadlinePipeWriter(response.BodyWriter, deadline);
        var aborted = context.RequestAborted;
        if (result is ResponseStream stream)
        {
            // What is deferred comes to its end first; subscriptions have none.
            var stopping = stream.Kind == ResponseStreamKind.Subscription ? lifetime.ApplicationStopping : CancellationToken.None;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
            try
            {
                await WriteStreamAsync(output, stream, ending.Token, aborted);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !aborted.IsCancellationRequested)
            {
                // A source may also end by itself when it is cancelled; either way it has not come to its end.
            }

            if (stopping.IsCancellationRequested)
            {
                return;
            }
        }
        else
        {
            await WriteNextAsync(output, (OperationResult)result, aborted);
        }

        // Browsers' EventSource drops an event without data.
        output.Write("event: complete\ndata:\n\n"u8);
        await output.FlushAsync(aborted);
    }

    /// <param name="output">Gets the events.</param>
    /// <param name="stream">Their source.</param>
    /// <param name="ending">Ends the source: the client is gone or the server stops.</param>
    /// <param name="aborted">The client is gone.</param>
    private async Task WriteStreamAsync(PipeWriter output, ResponseStream stream, CancellationToken ending, CancellationToken aborted)
    {
        using var keepAlive = options.EventStreamKeepAliveInterval == TimeSpan.Zero
            ? null
            : new PeriodicTimer(options.EventStreamKeepAliveInterval, options.TimeProvider);

        // The client learns that it is subscribed before the first event.
        await WriteCommentAsync(output, aborted);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(ending);
        await using var results = stream.Results.GetAsyncEnumerator(source.Token);
        Task? tick = null;
        while (true)
        {
            var next = results.MoveNextAsync().AsTask();
            if (!next.IsCompleted && keepAlive is not null)
            {
                tick = await KeepAliveUntilAsync(next, output, keepAlive, tick, source);
            }

            try
            {
                if (!await next)
                {
                    return;
                }
            }
            catch (GraphQLException exception)
            {
                // The source failed. A result that fails while it is written is another matter: half of it is with the client.
                await WriteNextAsync(output, new OperationResult(exception.Errors), aborted);
                return;
            }

            await WriteNextAsync(output, results.Current, aborted);
        }
    }

    /// <summary>Writes a comment at every tick, so that neither proxies nor the client take silence for a broken connection.</summary>
    /// <returns>The tick that is still to come.</returns>
    private static async Task<Task?> KeepAliveUntilAsync(Task pending, PipeWriter output, PeriodicTimer keepAlive, Task? tick, CancellationTokenSource source)
    {
        try
        {
            while (true)
            {
                tick ??= keepAlive.WaitForNextTickAsync(CancellationToken.None).AsTask();
                if (await Task.WhenAny(pending, tick) == pending)
                {
                    return tick;
                }

                tick = null;
                await WriteCommentAsync(output, source.Token);
            }
        }
        catch
        {
            // A source must not be disposed of while it is asked for its next event.
            await source.CancelAsync();
            await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private static async Task WriteCommentAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        output.Write(":\n\n"u8);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>The JSON that this library writes has no line breaks, so one data line holds it.</summary>
    private static async Task WriteNextAsync(PipeWriter output, IResponsePayload result, CancellationToken aborted)
    {
        await using (result)
        {
            output.Write("event: next\ndata: "u8);
            await result.WriteToAsync(output, aborted);
            output.Write("\n\n"u8);
            await output.FlushAsync(aborted);
        }
    }

    private void CutOff(HttpContext context)
    {
        Log.NotReading(logger, options.EventStreamWriteTimeout);
        context.Abort();
    }

    private static partial class Log
    {
        [LoggerMessage(7104, LogLevel.Information, "The client of a GraphQL event stream read nothing for {Timeout} while results waited, and was cut off")]
        public static partial void NotReading(ILogger logger, TimeSpan timeout);
    }
}
