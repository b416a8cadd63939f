using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Logs.Tail;

namespace FederatedQuery.Gateway.Rest;

/// <summary>
/// <c>GET /logs/tail</c>: log records as they are stored, as server-sent events. The id of an event is the cursor to go on from, so that a browser's EventSource
/// misses nothing over a broken connection.
/// </summary>
internal static class LogTailEndpoint
{
    /// <summary>What proxies and clients take for a dead connection is longer than this.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>Beyond this many bytes events are sent though more are there already.</summary>
    private const int MostBuffered = 64 * 1024;

    public static void MapLogTail(this WebApplication app) => app.MapGet("/logs/tail", TailAsync).WithProblems().ForRole(Roles.Reader).WithMetadata(new EndlessAnswer());

    private static async Task TailAsync(HttpContext context, LogTail tail, GraphQLServer graphQL, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var request = Read(context.Request, graphQL.Schema) with { Caller = context.Caller() };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var events = await tail.SubscribeAsync(request, ending.Token);

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await WriteAsync(context, events, time, ending);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The client asks the next server.
        }
    }

    private static TailRequest Read(HttpRequest request, Schema schema)
    {
        var parameters = new LogParameters(request.Query, schema, "replay", "after");
        var replay = parameters.Text("replay");
        if (!int.TryParse(replay ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            throw LogParameters.Bad("replay", replay, "a number of records, such as 100");
        }

        // What the client has seen counts for more than what its address says.
        var lastSeen = request.Headers["Last-Event-ID"].ToString();
        return new TailRequest { Filter = parameters.Filter(), Replay = count, After = lastSeen.Length > 0 ? lastSeen : parameters.Text("after") };
    }

    private static async Task WriteAsync(HttpContext context, IAsyncEnumerable<TailEvent> events, TimeProvider time, CancellationTokenSource ending)
    {
        var output = context.Response.BodyWriter;
        using var writer = new EventWriter();
        // The client learns that it is subscribed before the first event, and after how many milliseconds to come again.
        writer.Text("retry: 1000\n\n");
        await using var source = events.GetAsyncEnumerator(ending.Token);
        var next = source.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                if (!next.IsCompleted || writer.Length > MostBuffered)
                {
                    await output.WriteAsync(writer.Take(), ending.Token);
                }

                while (!next.IsCompleted)
                {
                    using var tick = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                    if (await Task.WhenAny(next, Task.Delay(KeepAlive, time, tick.Token)) != next)
                    {
                        ending.Token.ThrowIfCancellationRequested();
                        await output.WriteAsync(":\n\n"u8.ToArray(), ending.Token);
                    }

                    await tick.CancelAsync();
                }

                if (!await next)
                {
                    return;
                }

                writer.Event(source.Current);
                next = source.MoveNextAsync().AsTask();
            }
        }
        catch (Exception error) when (error is not OperationCanceledException && Problems.Of(error) is { } problem)
        {
            // The client asks again, from the last id that it has.
            writer.Failure(problem);
            await output.WriteAsync(writer.Take(), ending.Token);
        }
        finally
        {
            // A source must not be disposed of while it is asked for its next event.
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Collects events.</summary>
    private sealed class EventWriter : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
        private readonly Utf8JsonWriter _json;

        public EventWriter() => _json = new Utf8JsonWriter(
            _buffer, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        public int Length => _buffer.WrittenCount;

        public void Text(string text) => Encoding.UTF8.GetBytes(text, _buffer);

        public void Event(TailEvent one)
        {
            Text(one.Record is null ? "event: missed\nid: " : "id: ");
            Text(one.Cursor.ToString());
            _buffer.Write("\ndata: "u8);
            if (one.Record is { } record)
            {
                LogRecordJson.Write(_json, record);
            }
            else
            {
                _json.WriteStartObject();
                _json.WriteNumber("missed"u8, one.Missed);
                _json.WriteString("cursor"u8, one.Cursor.ToString());
                _json.WriteEndObject();
            }

            End();
        }

        public void Failure(Problem problem)
        {
            _buffer.Write("event: failure\ndata: "u8);
            _json.WriteStartObject();
            _json.WriteString("code"u8, problem.Code);
            _json.WriteString("detail"u8, problem.Detail);
            _json.WriteEndObject();
            End();
        }

        /// <summary>What was collected, as a copy.</summary>
        public ReadOnlyMemory<byte> Take()
        {
            var taken = _buffer.WrittenMemory.ToArray();
            _buffer.ResetWrittenCount();
            return taken;
        }

        public void Dispose() => _json.Dispose();

        private void End()
        {
            _json.Flush();
            _json.Reset();
            _buffer.Write("\n\n"u8);
        }
    }
}
