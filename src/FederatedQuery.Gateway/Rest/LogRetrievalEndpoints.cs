using System.Globalization;
using System.Text.Json;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Exports;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs;
using FederatedQuery.Logs.Downloads;
using FederatedQuery.Logs.Search;

namespace FederatedQuery.Gateway.Rest;

/// <summary><c>GET /logs</c>, <c>POST /logs/v1/container</c>, <c>GET /logs/download</c>: log records of both tiers for clients without GraphQL.</summary>
internal static class LogRetrievalEndpoints
{
    private const string Json = "application/json";

    public static void MapLogRetrieval(this IEndpointRouteBuilder endpoints)
    {
        var logs = endpoints.MapGroup("/logs").WithProblems().ForRole(Roles.Reader);
        logs.MapGet("", FindAsync);
        logs.MapPost("/v1/container", FindContainerAsync);
        logs.MapGet("/download", DownloadAsync);
    }

    private static Task FindAsync(HttpContext context, LogReader logs, GraphQLServer graphQL)
    {
        var parameters = new LogParameters(context.Request.Query, graphQL.Schema, "date", "limit", "after");
        var filter = parameters.Filter();
        if (parameters.Text("date") is { } text)
        {
            filter = Expression.And(filter, DayOf(text));
        }

        var page = new PageRequest { Count = LimitOf(parameters.Text("limit")), After = parameters.Text("after") };
        return AnswerAsync(context, logs, new LogQuery { Filter = filter, Columns = LogTable.Columns, Caller = context.Caller() }, page, "after");
    }

    private static async Task FindContainerAsync(HttpContext context, LogReader logs, RequestBodies bodies)
    {
        QueryParameters.Require(context.Request.Query);
        _ = RequestBodies.MediaTypeOf(context.Request, Json);
        using var body = await bodies.ReadAsync(context);
        var request = ContainerRequest.Parse(body.Memory);
        var query = new LogQuery { Filter = request.Filter(), Columns = LogTable.Columns, Order = [(LogTable.TimeColumn, false)], Caller = context.Caller() };
        await AnswerAsync(context, logs, query, new PageRequest { Count = LimitOf(request.Limit), After = request.Cursor }, "cursor");
    }

    private static Task DownloadAsync(HttpContext context, LogDownloads downloads, RowExports exports, GraphQLServer graphQL)
    {
        var parameters = new LogParameters(context.Request.Query, graphQL.Schema, "format", "compression", "after");
        var filter = parameters.Filter();
        if (parameters.Text("after") is { } after)
        {
            filter = LogPosition.TryParse(after, out var position)
                ? Expression.And(filter, position.After())
                : throw LogParameters.Bad("after", after, "the timestamp and the id of the last record you have, such as 2026-11-21T08:30:00.123456Z,01935b2e-7c1a-7000-8000-000000000001");
        }

        var query = new LogQuery { Filter = filter, Columns = LogTable.Columns, Order = [(LogTable.TimeColumn, false)], Caller = context.Caller() };
        return downloads.RunAsync(query, new ExportResponse(context, exports, "logs").OpenAsync, context.RequestAborted);
    }

    /// <summary>{"logs":[...],"hasMore":...,"after":"..."}: the cursor of the last record, to ask for what follows it; null on the last page.</summary>
    private static async Task AnswerAsync(HttpContext context, LogReader logs, LogQuery query, PageRequest page, string cursorName)
    {
        using var found = await logs.ReadAsync(query, page, count: false, context.RequestAborted);
        var rows = found.Rows!;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Problems.Readable with { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray("logs"u8);
        for (var row = 0; row < rows.RowCount; row++)
        {
            writer.WriteStartObject();
            for (var column = 0; column < rows.Columns.Length; column++)
            {
                var json = rows.Json(row, column);
                if (!json.Span.SequenceEqual("null"u8))
                {
                    writer.WritePropertyName(LogFields.Names[column]);
                    writer.WriteRawValue(json.Span, skipInputValidation: true);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("hasMore"u8, rows.HasNext);
        writer.WriteString(cursorName, rows.HasNext ? rows.Cursor(rows.RowCount - 1) : null);
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    private static Expression DayOf(string text)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            throw LogParameters.Bad("date", text, "a day (UTC) as YYYY-MM-DD, such as 2026-11-21");
        }

        var start = EpochTime.DaysOf(day) * EpochTime.MicrosPerDay;
        return Expression.And(
            Expression.GreaterThanOrEqual(LogTable.TimeColumn, Literal.Timestamptz(start)),
            Expression.LessThan(LogTable.TimeColumn, Literal.Timestamptz(start + EpochTime.MicrosPerDay)));
    }

    private static int LimitOf(string? text) => text is null
        ? PageArguments.DefaultSize
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= PageArguments.MaximumSize
            ? limit
            : throw LogParameters.Bad("limit", text, $"a number from 1 to {PageArguments.MaximumSize}");
}
