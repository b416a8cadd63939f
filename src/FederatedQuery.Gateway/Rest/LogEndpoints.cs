using System.Text.Json;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols;
using FederatedQuery.Logs.Protocols.Loki;

namespace FederatedQuery.Gateway.Rest;

/// <summary><c>POST /</c> and <c>POST /logs</c>, and Loki's push.</summary>
internal static class LogEndpoints
{
    private const string Json = "application/json";

    private static readonly string[] LineTypes =
        ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines", "application/json-lines", "application/stream+json"];

    private static readonly string[] Types = [Json, .. LineTypes];

    public static void MapLogIngest(this IEndpointRouteBuilder endpoints)
    {
        var logs = endpoints.MapGroup("").WithProblems().ForRole(Roles.Writer);
        logs.MapPost("/", (HttpContext context, LogRequests requests) => TakeJsonAsync(context, requests));
        logs.MapPost("/logs", (HttpContext context, LogRequests requests) => TakeJsonAsync(context, requests));
        logs.MapPost("/loki/api/v1/push", (HttpContext context, LogRequests requests) => TakeLokiAsync(context, requests));
    }

    private static Task TakeJsonAsync(HttpContext context, LogRequests requests)
    {
        var isLines = RequestBodies.MediaTypeOf(context.Request, Types) != Json;
        return requests.TakeAsync(context, (body, batch) => JsonLogs.Read(body.Span, isLines, batch), batch =>
        {
            RequireSome(batch);
            return WriteAcceptedAsync(context.Response, batch, context.RequestAborted);
        });
    }

    private static Task TakeLokiAsync(HttpContext context, LogRequests requests)
    {
        var isJson = RequestBodies.MediaTypeOf(context.Request, Json, "application/x-protobuf") == Json;
        if (!isJson && context.Request.Headers.ContentEncoding == "snappy")
        {
            // Some clients say so; it is the format's own, and unpacked with it.
            context.Request.Headers.ContentEncoding = default;
        }

        return requests.TakeAsync(
            context,
            (body, batch) =>
            {
                if (isJson)
                {
                    LokiJson.Read(body.Span, batch);
                }
                else
                {
                    LokiLogs.ReadProtobuf(body.Span, requests.MaxBodyBytes, batch);
                }
            },
            batch =>
            {
                // As Loki does: what is right is stored all the same.
                context.Response.StatusCode = batch.RejectedCount == 0 ? StatusCodes.Status204NoContent : throw Rejected(batch);
                return Task.CompletedTask;
            });
    }

    private static void RequireSome(LogBatchBuilder batch)
    {
        if (batch.Accepted == 0 && batch.RejectedCount > 0)
        {
            throw Rejected(batch);
        }
    }

    private static ProblemException Rejected(LogBatchBuilder batch)
    {
        var first = batch.Rejected[0];
        return new ProblemException(new Problem(
            StatusCodes.Status400BadRequest,
            "RECORDS_REJECTED",
            $"{batch.RejectedCount} of {batch.Count} records were rejected; the first, number {first.Index}: {first.Reason}")
        {
            Details = new Dictionary<string, object?> { ["accepted"] = batch.Accepted, ["rejected"] = batch.Rejected },
        });
    }

    private static async Task WriteAcceptedAsync(HttpResponse response, LogBatchBuilder batch, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = Json;
        await using var writer = new Utf8JsonWriter(response.BodyWriter, Problems.Readable);
        writer.WriteStartObject();
        writer.WriteString("message", "logs enqueued for ingestion");
        writer.WriteNumber("accepted", batch.Accepted);
        writer.WriteStartArray("rejected");
        foreach (var (index, reason) in batch.Rejected)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", index);
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }
}
