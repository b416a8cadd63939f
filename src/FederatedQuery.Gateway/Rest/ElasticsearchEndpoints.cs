using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Logs.Protocols.Elasticsearch;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Rest;

/// <summary>
/// What log shippers ask of Elasticsearch: the bulk API, and before it who is there. Templates, policies and the like have no meaning here; they
/// are acknowledged, for shippers do not begin without.
/// </summary>
internal static class ElasticsearchEndpoints
{
    /// <summary>Of the protocol, not of a product: what clients of 7 and 8 both take.</summary>
    private const string Version = "8.11.0";

    private const string Json = "application/json";
    private const string License = "\"license\":{\"status\":\"active\",\"uid\":\"00000000-0000-0000-0000-000000000000\",\"type\":\"basic\",\"mode\":\"basic\",\"issue_date_in_millis\":0,\"max_nodes\":1000}";

    private static readonly string[] BulkTypes =
        [Json, "application/x-ndjson", "application/vnd.elasticsearch+json", "application/vnd.elasticsearch+x-ndjson"];

    /// <summary>For other endpoints that these clients ask.</summary>
    public static ProblemFormat ProblemFormat { get; } = new(WriteFailureAsync);

    /// <summary>Of shippers that ask without saying what they accept.</summary>
    private static readonly string[] Agents = ["Elastic", "elastic", "go-elasticsearch", "opensearch", "Vector", "Filebeat", "Logstash", "Manticore", "Fluent", "fluent"];

    public static void MapElasticsearch(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithProblems(WriteFailureAsync).ForKnown();
        group.MapMethods("/_bulk", [HttpMethods.Post, HttpMethods.Put], (HttpContext context, LogRequests requests) => TakeAsync(context, requests, null)).ForRole(Roles.Writer);
        group.MapMethods("/{index}/_bulk", [HttpMethods.Post, HttpMethods.Put], (HttpContext context, string index, LogRequests requests) => TakeAsync(context, requests, index)).ForRole(Roles.Writer);
        group.MapMethods("/", [HttpMethods.Head], context => WriteAsync(context, StatusCodes.Status200OK, ""));
        group.MapGet("/_license", context => WriteAsync(context, StatusCodes.Status200OK, $"{{{License}}}"));
        group.MapGet("/_xpack", context => WriteAsync(
            context, StatusCodes.Status200OK, $"{{\"build\":{{}},{License},\"features\":{{\"ilm\":{{\"available\":false,\"enabled\":false}}}},\"tagline\":\"\"}}"));
        group.MapGet("/_cluster/health/{**index}", context => WriteAsync(
            context,
            StatusCodes.Status200OK,
            "{\"cluster_name\":\"federated-query\",\"status\":\"green\",\"timed_out\":false,\"number_of_nodes\":1,\"number_of_data_nodes\":1,\"active_primary_shards\":1,\"active_shards\":1,\"unassigned_shards\":0}"));
        group.MapMethods("/_cat/health", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, StatusCodes.Status200OK, "[{\"cluster\":\"federated-query\",\"status\":\"green\"}]"));
        group.MapGet("/_nodes/{**what}", context => WriteAsync(context, StatusCodes.Status200OK, Nodes(context.Request)));
        foreach (var thing in new[] { "_template", "_index_template", "_component_template", "_ilm/policy", "_ingest/pipeline", "_data_stream", "_alias" })
        {
            group.MapMethods($"/{thing}/{{name}}", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, StatusCodes.Status404NotFound, "{}"));
            group.MapMethods($"/{thing}/{{name}}", [HttpMethods.Put, HttpMethods.Post], context => WriteAsync(context, StatusCodes.Status200OK, "{\"acknowledged\":true}"));
        }
    }

    /// <summary>Whether a GET of the root comes from a client of Elasticsearch; browsers, and whoever accepts anything, get the dashboard.</summary>
    public static bool IsClient(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && (accept.Contains("json", StringComparison.OrdinalIgnoreCase)
                || request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true
                || request.Headers.ContainsKey("X-Elastic-Client-Meta")
                || request.Headers.ContainsKey("X-Elastic-Product-Origin")
                || Agents.Any(agent => request.Headers.UserAgent.ToString().StartsWith(agent, StringComparison.Ordinal)));
    }

    public static Task WriteInfoAsync(HttpContext context) => WriteAsync(
        context,
        StatusCodes.Status200OK,
        $"{{\"name\":\"federated-query\",\"cluster_name\":\"federated-query\",\"cluster_uuid\":\"ZmVkZXJhdGVkLXF1ZXJ5AA\",\"version\":{{\"number\":\"{Version}\",\"build_flavor\":\"default\",\"build_type\":\"docker\",\"build_hash\":\"0000000\",\"build_date\":\"2024-01-01T00:00:00.000Z\",\"build_snapshot\":false,\"lucene_version\":\"9.8.0\",\"minimum_wire_compatibility_version\":\"7.17.0\",\"minimum_index_compatibility_version\":\"7.0.0\"}},\"tagline\":\"You Know, for Search\"}}");

    private static Task TakeAsync(HttpContext context, LogRequests requests, string? index)
    {
        RequestBodies.MediaTypeOf(context.Request, BulkTypes);
        var started = Stopwatch.GetTimestamp();
        IReadOnlyList<BulkItem> items = [];
        return requests.TakeAsync(
            context,
            (body, batch) => items = BulkRequest.Read(body, index, batch),
            _ => WriteItemsAsync(context, Stopwatch.GetElapsedTime(started), items));
    }

    private static async Task WriteItemsAsync(HttpContext context, TimeSpan took, IReadOnlyList<BulkItem> items)
    {
        const int FlushBytes = 32 << 10;
        var response = context.Response;
        Prepare(response);
        var output = response.BodyWriter;
        BulkAnswer.WriteStart(output, took, items);
        for (var i = 0; i < items.Count; i++)
        {
            BulkAnswer.WriteItem(output, items[i], i == 0);
            if (output.UnflushedBytes > FlushBytes)
            {
                await output.FlushAsync(context.RequestAborted);
            }
        }

        BulkAnswer.WriteEnd(output);
        await output.FlushAsync(context.RequestAborted);
    }

    private static Task WriteFailureAsync(HttpContext context, Problem problem)
    {
        Problems.Prepare(context.Response, problem);
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            // Some of these clients send what they have only when they are asked for it.
            context.Response.Headers.Append(HeaderNames.WWWAuthenticate, new StringValues(["Basic realm=\"federatedquery\", charset=\"UTF-8\"", "ApiKey"]));
        }

        var type = problem.Status switch
        {
            StatusCodes.Status429TooManyRequests => "es_rejected_execution_exception",
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "security_exception",
            StatusCodes.Status413PayloadTooLarge => "content_too_long_exception",
            < StatusCodes.Status500InternalServerError => "illegal_argument_exception",
            StatusCodes.Status503ServiceUnavailable => "unavailable_shards_exception",
            _ => "exception",
        };
        var cause = new { type, reason = problem.Detail };
        return WriteAsync(
            context, problem.Status, JsonSerializer.Serialize(new { error = new { root_cause = new[] { cause }, cause.type, cause.reason }, status = problem.Status }));
    }

    /// <summary>A client that looks for other nodes finds the address that it asked.</summary>
    private static string Nodes(HttpRequest request) => JsonSerializer.Serialize(new
    {
        cluster_name = "federated-query",
        nodes = new Dictionary<string, object>
        {
            ["federated-query"] = new { name = "federated-query", version = Version, roles = new[] { "data", "ingest", "master" }, http = new { publish_address = request.Host.Value } },
        },
    });

    private static async Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        Prepare(context.Response);
        var body = Encoding.UTF8.GetBytes(json);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>Clients of version 8 talk only to servers that say this.</summary>
    private static void Prepare(HttpResponse response)
    {
        response.ContentType = Json;
        response.Headers["X-Elastic-Product"] = new StringValues("Elasticsearch");
    }
}
