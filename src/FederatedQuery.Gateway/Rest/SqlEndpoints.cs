using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Exports;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Gateway.Access;

namespace FederatedQuery.Gateway.Rest;

/// <summary><c>POST /sql/{postgres|iceberg|federated}</c>: the whole result of a statement, as it comes.</summary>
internal static class SqlEndpoints
{
    private const string Sql = "application/sql";
    private const string Json = "application/json";
    private const int MaximumBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void MapSql(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/sql/{source}", RunAsync).WithProblems().ForRole(Roles.Reader);

    private static async Task RunAsync(string source, HttpContext context, StatementExports statements, RowExports exports, RequestBodies bodies)
    {
        var tier = source switch
        {
            "postgres" => DataSource.Postgres,
            "iceberg" => DataSource.Iceberg,
            "federated" => DataSource.Federated,
            _ => throw new ProblemException(new Problem(
                StatusCodes.Status404NotFound, "BAD_ARGUMENT", $"There is no /sql/{source}; it is /sql/postgres, /sql/iceberg or /sql/federated.")
            { Field = "source" }),
        };
        QueryParameters.Require(context.Request.Query, "format", "compression");
        var response = new ExportResponse(context, exports, "result");
        var request = (await ReadAsync(context, bodies)) with { Caller = context.Caller() };
        await statements.RunAsync(request, tier, response.OpenAsync, context.RequestAborted);
    }

    private static async Task<QueryRequest> ReadAsync(HttpContext context, RequestBodies bodies)
    {
        var isJson = RequestBodies.MediaTypeOf(context.Request, Sql, Json) == Json;
        using var body = await bodies.ReadAsync(context);
        if (body.Length > MaximumBytes)
        {
            throw new ProblemException(new Problem(StatusCodes.Status413PayloadTooLarge, "BODY_TOO_LARGE", $"The statement has {body.Length} bytes; {MaximumBytes} are the most."));
        }

        var (sql, parameters) = isJson ? ReadJson(body.Memory) : (Text(body.Memory.Span), null);
        return string.IsNullOrWhiteSpace(sql)
            ? throw ProblemException.BadField("query", "The body is empty; it must be one SQL statement.")
            : new QueryRequest { Sql = sql, Parameters = parameters };
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            throw ProblemException.BadField("query", "The body is not UTF-8.", broken);
        }
    }

    private static (string? Sql, JsonNode? Parameters) ReadJson(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes.Span) is JsonObject given && given["query"] is JsonValue query && query.TryGetValue<string>(out var sql)
                && given.All(member => member.Key is "query" or "parameters")
                ? (sql, given["parameters"])
                : throw ProblemException.BadField("query", """The body must be {"query": "SELECT ...", "parameters": [...]}, parameters if there are any.""");
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            throw ProblemException.BadField("query", $"The body is not JSON: {broken.Message}", broken);
        }
    }
}
