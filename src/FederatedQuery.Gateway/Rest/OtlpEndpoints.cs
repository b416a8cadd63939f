using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Logs.Protocols.Otlp;

namespace FederatedQuery.Gateway.Rest;

/// <summary><c>POST /v1/logs</c>: OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp). Answers and failures come in the encoding of the request.</summary>
internal static class OtlpEndpoints
{
    private const string Json = "application/json";
    private const string Protobuf = "application/x-protobuf";

    public static void MapOtlp(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/v1/logs", (HttpContext context, LogRequests requests) => TakeAsync(context, requests)).WithProblems(WriteFailureAsync).ForRole(Roles.Writer);

    private static Task TakeAsync(HttpContext context, LogRequests requests)
    {
        var isJson = RequestBodies.MediaTypeOf(context.Request, Json, Protobuf) == Json;
        return requests.TakeAsync(
            context,
            (body, batch) =>
            {
                if (isJson)
                {
                    OtlpLogs.ReadJson(body.Span, batch);
                }
                else
                {
                    OtlpLogs.ReadProtobuf(body.Span, batch);
                }
            },
            batch => WriteAsync(context, OtlpAnswer.OfBatch(batch, isJson), isJson));
    }

    private static Task WriteFailureAsync(HttpContext context, Problem problem)
    {
        var isJson = context.Request.ContentType?.StartsWith(Protobuf, StringComparison.OrdinalIgnoreCase) != true;
        Problems.Prepare(context.Response, problem);
        return WriteAsync(context, OtlpAnswer.OfFailure(CodeOf(problem.Status), problem.Detail, isJson), isJson);
    }

    /// <summary>Of <c>google.rpc.Code</c>.</summary>
    private static int CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => 8, // RESOURCE_EXHAUSTED
        StatusCodes.Status503ServiceUnavailable => 14, // UNAVAILABLE
        StatusCodes.Status504GatewayTimeout => 4, // DEADLINE_EXCEEDED
        StatusCodes.Status401Unauthorized => 16, // UNAUTHENTICATED
        StatusCodes.Status403Forbidden => 7, // PERMISSION_DENIED
        >= StatusCodes.Status500InternalServerError => 13, // INTERNAL
        _ => 3, // INVALID_ARGUMENT
    };

    private static Task WriteAsync(HttpContext context, byte[] answer, bool isJson)
    {
        context.Response.ContentType = isJson ? Json : Protobuf;
        context.Response.ContentLength = answer.Length;
        return context.Response.Body.WriteAsync(answer, context.RequestAborted).AsTask();
    }
}
