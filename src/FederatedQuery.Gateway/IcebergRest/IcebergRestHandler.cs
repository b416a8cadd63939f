using System.Globalization;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.Auditing;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Serving;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>Answers a request: finds the operation, runs it within a time, says every failure in the API's error model.</summary>
internal sealed partial class IcebergRestHandler(CatalogServer server, TableRegistry registry, IcebergRestMetrics metrics, AuditLog audit, TimeProvider time, ILogger<IcebergRestHandler> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>After so long a request with an Idempotency-Key that has not ended is one whose process has died.</summary>
    private static readonly TimeSpan Patience = Timeout + TimeSpan.FromMinutes(1);

    public async Task HandleAsync(HttpContext context)
    {
        RestRoute? route = null;
        RequestOutcome answer;
        try
        {
            (route, var request) = Find(context);
            RequireRole(route, context);
            answer = route.TakesIdempotencyKey && request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key
                ? await server.Requests.RunAsync(
                    key, await request.FingerprintAsync(context.RequestAborted), Patience, () => AnswerAsync(route, request, context.RequestAborted), context.RequestAborted)
                : await AnswerAsync(route, request, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            answer = Failed(error, route);
        }

        metrics.Answered(route?.Id, answer.Status);
        if (route is { Role: Roles.Admin })
        {
            audit.Write(context, $"catalog {route.Id} {context.Request.Path}", answer.Status.ToString(CultureInfo.InvariantCulture));
        }

        await WriteAsync(context, answer);
    }

    /// <summary>Failures are answers too, but for that of a client that has gone.</summary>
    private async Task<RequestOutcome> AnswerAsync(RestRoute route, RestRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await RunAsync(route, request, cancellationToken);
            if (route.TakesIdempotencyKey)
            {
                registry.Forget();
            }

            return answer;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Failed(error, route);
        }
    }

    private (RestRoute Route, RestRequest Request) Find(HttpContext context)
    {
        var segments = RestPath.SegmentsOf(context) ?? [];
        var matches = RestRoutes.All
            .Select(route => (Route: route, Path: route.Match(segments)))
            .Where(match => match.Path is not null)
            .ToList();
        if (matches.Count == 0)
        {
            throw new RestCatalogException(
                404, RestErrorType.NotFound, $"There is nothing at '{context.Request.Path}'; the catalog begins at '{RestPath.Root}/v1/config'.");
        }

        if (matches[0].Path!.TryGetValue("prefix", out var prefix) && prefix.Length > 0)
        {
            server.RequireWarehouse(prefix);
        }

        var (route, path) = matches.Find(match => match.Route.Method == context.Request.Method);
        if (route is null)
        {
            var allowed = string.Join(", ", matches.Select(match => match.Route.Method));
            context.Response.Headers.Allow = allowed;
            throw new RestCatalogException(405, RestErrorType.MethodNotAllowed, $"{context.Request.Method} is not to be had here; {allowed} is.");
        }

        return (route, new RestRequest(context, metrics, path!));
    }

    /// <exception cref="RestCatalogException">403.</exception>
    private static void RequireRole(RestRoute route, HttpContext context)
    {
        if (!context.Caller().Has(route.Role))
        {
            throw new RestCatalogException(403, RestErrorType.Forbidden, Refusals.NeedsRole(context.Caller(), route.Role, $"'{route.Id}'").Detail);
        }
    }

    /// <summary>What is refused before an operation is looked for.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        Problems.Prepare(context.Response, problem);
        var type = problem.Status switch
        {
            StatusCodes.Status401Unauthorized => RestErrorType.NotAuthorized,
            StatusCodes.Status403Forbidden => RestErrorType.Forbidden,
            StatusCodes.Status503ServiceUnavailable => RestErrorType.ServiceUnavailable,
            _ => RestErrorType.BadRequest,
        };
        return WriteAsync(context, RestAnswer.Of(new RestError(problem.Detail, type, problem.Status)));
    }

    private async Task<RequestOutcome> RunAsync(RestRoute route, RestRequest request, CancellationToken cancellationToken)
    {
        if (route.Run is null)
        {
            throw new RestCatalogException(
                406, RestErrorType.UnsupportedOperation, $"This server has no '{route.Id}'; what it has, it lists as 'endpoints' at '{RestPath.Root}/v1/config'.");
        }

        using var timeout = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await route.Run(server, request, both.Token);
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RestCatalogException(503, RestErrorType.ServiceUnavailable, $"'{route.Id}' was given up after {Timeout.TotalSeconds:0} seconds.", slow);
        }
    }

    private RequestOutcome Failed(Exception error, RestRoute? route)
    {
        var operation = route?.Id ?? "none";
        if (RestFailures.Of(error, route?.NotFoundType ?? RestErrorType.NotFound) is not { } known)
        {
            Log.Failed(logger, operation, error);
            return RestAnswer.Of(new RestError("The server failed in a way that is its own fault; its log says more.", RestErrorType.InternalServerError, 500));
        }

        if (known.Code >= StatusCodes.Status500InternalServerError)
        {
            Log.Refused(logger, operation, known.Code, error);
        }
        else
        {
            Log.ClientError(logger, operation, known.Code, known.Message);
        }

        return RestAnswer.Of(known);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static async Task WriteAsync(HttpContext context, RequestOutcome answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache";
        if (answer.Tag is not null)
        {
            response.Headers.ETag = answer.Tag;
        }

        // Said only where nothing can be done twice: clients take it as leave to send the same again.
        var isRepeatable = IsSafe(context.Request.Method) || context.Request.Headers.ContainsKey("Idempotency-Key");
        if (answer.Status == StatusCodes.Status503ServiceUnavailable && isRepeatable)
        {
            response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        }

        if (answer.Body.IsEmpty || HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(6000, LogLevel.Error, "The REST catalog failed in {Operation}")]
        public static partial void Failed(ILogger logger, string operation, Exception error);

        [LoggerMessage(6001, LogLevel.Warning, "The REST catalog answered {Operation} with {Status}")]
        public static partial void Refused(ILogger logger, string operation, int status, Exception error);

        [LoggerMessage(6002, LogLevel.Debug, "The REST catalog answered {Operation} with {Status}: {Reason}")]
        public static partial void ClientError(ILogger logger, string operation, int status, string reason);
    }
}
