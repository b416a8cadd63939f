using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), with the status codes that the audits of npm graphql-http expect:
/// under <c>application/json</c> a well-formed request is answered with 200 whatever came of it; under
/// <c>application/graphql-response+json</c> one that could not be executed is answered with 400.
/// </summary>
internal sealed partial class GraphQLHttpHandler(GraphQLServer server, GraphQLHttpOptions options, ILogger logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var isGet = HttpMethods.IsGet(request.Method);
        if (!isGet && !HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "GET, POST";
            await WriteErrorAsync(context, MediaTypes.Json, StatusCodes.Status405MethodNotAllowed, "GraphQL only supports GET and POST requests.");
            return;
        }

        var withHtml = isGet && options.HtmlPage is not null && !request.Query.ContainsKey("query");
        var mediaType = MediaTypes.Choose(request.GetTypedHeaders().Accept, withHtml);
        switch (mediaType)
        {
            case null:
                await WriteErrorAsync(
                    context,
                    MediaTypes.Json,
                    StatusCodes.Status406NotAcceptable,
                    $"Accept must allow {MediaTypes.GraphQLResponse}, {MediaTypes.Json} or {MediaTypes.EventStream}.");
                return;
            case MediaTypes.Html:
                await options.HtmlPage!(context);
                return;
        }

        try
        {
            using var parameters = isGet ? RequestParameters.ReadQueryString(request.Query) : await ReadPostAsync(request);
            await ExecuteAsync(context, parameters, mediaType, isGet);
        }
        catch (HttpRequestFormatException exception)
        {
            await WriteErrorAsync(context, mediaType, exception.Status, exception.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Log.ClientGone(logger);
        }
    }

    private ValueTask<RequestParameters> ReadPostAsync(HttpRequest request)
    {
        var contentType = request.GetTypedHeaders().ContentType;
        var isJson = contentType is not null && contentType.MediaType.Equals(MediaTypes.Json, StringComparison.OrdinalIgnoreCase)
            && (!contentType.Charset.HasValue || contentType.Charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        return isJson
            ? RequestParameters.ReadBodyAsync(request, options.MaxRequestBytes)
            : throw new HttpRequestFormatException(
                $"Content-Type must be {MediaTypes.Json} in UTF-8, not '{request.ContentType}'.", StatusCodes.Status415UnsupportedMediaType);
    }

    private async Task ExecuteAsync(HttpContext context, RequestParameters parameters, string mediaType, bool isGet)
    {
        var executor = server.Executor;
        var streams = mediaType == MediaTypes.EventStream;
        var request = new OperationRequest(parameters.Query)
        {
            OperationName = parameters.OperationName,
            Variables = parameters.Variables,
            Services = context.RequestServices,
            AllowMutations = !isGet,
            AllowSubscriptions = streams,
        };
        if (isGet && executor.FindOperationType(request) == OperationType.Mutation)
        {
            context.Response.Headers.Allow = "POST";
            await WriteErrorAsync(context, mediaType, StatusCodes.Status405MethodNotAllowed, "Can only perform a mutation operation from a POST request.");
            return;
        }

        var result = await executor.ExecuteAsync(request, context.RequestAborted);
        if (streams)
        {
            await EventStreamWriter.WriteAsync(context, result);
            return;
        }

        await using var single = (OperationResult)result;
        context.Response.StatusCode = StatusOf(single, mediaType);
        context.Response.ContentType = mediaType + "; charset=utf-8";
        await single.WriteToAsync(context.Response.BodyWriter, context.RequestAborted);
    }

    private static int StatusOf(OperationResult result, string mediaType)
    {
        if (result.HasData || mediaType == MediaTypes.Json)
        {
            return StatusCodes.Status200OK;
        }

        return result.Errors.Any(error => error.Code == ErrorCodes.Timeout) ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status400BadRequest;
    }

    private static async Task WriteErrorAsync(HttpContext context, string mediaType, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = (mediaType == MediaTypes.GraphQLResponse ? MediaTypes.GraphQLResponse : MediaTypes.Json) + "; charset=utf-8";
        await using var result = new OperationResult(new GraphQLError(message) { Code = ErrorCodes.BadRequest });
        await result.WriteToAsync(context.Response.BodyWriter, context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(7102, LogLevel.Debug, "The client closed the connection before its GraphQL request was answered")]
        public static partial void ClientGone(ILogger logger);
    }
}
