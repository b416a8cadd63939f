using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): method, media type, whether a browser was made to send it,
/// parameters, document, execution, answer. <see cref="ResponseStatus"/> gives the status codes.
/// </summary>
internal sealed partial class GraphQLHttpHandler(
    GraphQLServer server,
    OperationDocumentResolver documents,
    EventStreamWriter eventStreams,
    GraphQLHttpOptions options,
    IHostApplicationLifetime lifetime,
    ILogger<GraphQLHttpHandler> logger)
{
    private const string Methods = "GET, HEAD, POST, OPTIONS";

    public Task HandleAsync(HttpContext context) => HandleAsync(context, route: null, options.HtmlPage);

    /// <summary>For a route whose values name a persisted document, and perhaps the operation in it.</summary>
    public Task HandlePersistedAsync(HttpContext context) => HandleAsync(
        context,
        new PersistedRoute((string)context.GetRouteValue(PersistedRoute.DocumentIdName)!, (string?)context.GetRouteValue(PersistedRoute.OperationNameName)),
        htmlPage: null);

    private async Task HandleAsync(HttpContext context, PersistedRoute? route, RequestDelegate? htmlPage)
    {
        var request = context.Request;
        var isGet = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isGet && !HttpMethods.IsPost(request.Method))
        {
            await AnswerOtherMethodAsync(context);
            return;
        }

        var mediaType = MediaTypes.Choose(request, withHtml: isGet && htmlPage is not null);
        var multipart = mediaType is MediaTypes.EventStream or MediaTypes.Html || HttpMethods.IsHead(request.Method) ? null : MultipartAccept.Find(request);
        using var services = new RequestServices(context);
        try
        {
            switch (mediaType)
            {
                case null when multipart is null:
                    throw new HttpRequestFormatException(
                        ErrorCodes.NotAcceptable, $"Accept must allow {MediaTypes.GraphQLResponse}, {MediaTypes.Json}, {MediaTypes.EventStream} or {MultipartAccept.MediaType}.");
                case MediaTypes.Html:
                    await htmlPage!(context);
                    break;
                default:
                    await (isGet ? HandleGetAsync(context, services, mediaType, multipart, route) : HandlePostAsync(context, services, mediaType, multipart, route));
                    break;
            }
        }
        catch (HttpRequestFormatException exception)
        {
            await WriteErrorAsync(context, mediaType, exception.Code, exception.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Log.ClientGone(logger);
        }
    }

    /// <summary>A CORS preflight does not come here: the application's CORS policy answers it before.</summary>
    private Task AnswerOtherMethodAsync(HttpContext context)
    {
        context.Response.Headers.Allow = Methods;
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return WriteErrorAsync(
            context, MediaTypes.Json, ErrorCodes.MethodNotAllowed, $"GraphQL is served by GET and POST, not by {context.Request.Method}.");
    }

    private async Task HandleGetAsync(HttpContext context, RequestServices services, string? mediaType, MultipartAccept? multipart, PersistedRoute? route)
    {
        if (options.RefuseCrossSiteRequests && CrossSiteRequests.IsForged(context.Request, options.TrustedOrigins))
        {
            throw new HttpRequestFormatException(
                ErrorCodes.CrossSiteRequest,
                "A page of another site made the browser send this GET, which may be a cross-site request forgery. Send a header GraphQL-Preflight, or POST.");
        }

        // A HEAD would wait for the end of a subscription to learn nothing.
        var streams = mediaType == MediaTypes.EventStream && HttpMethods.IsGet(context.Request.Method);
        var parameters = RequestParameters.FromQueryString(context.Request.Query, route);
        await AnswerAsync(context, mediaType, multipart, await ExecuteAsync(context, services, parameters, isGet: true, streams, multipart));
    }

    private async Task HandlePostAsync(HttpContext context, RequestServices services, string? mediaType, MultipartAccept? multipart, PersistedRoute? route)
    {
        RequireJson(context.Request);
        using var body = await RequestBody.ReadAsync(context.Request, options, route);
        if (!body.IsBatch)
        {
            var result = await ExecuteAsync(context, services, body.Requests[0], isGet: false, streams: mediaType == MediaTypes.EventStream, multipart);
            await AnswerAsync(context, mediaType, multipart, result);
            return;
        }

        await AnswerBatchAsync(context, services, mediaType, body);
    }

    private async Task AnswerBatchAsync(HttpContext context, RequestServices services, string? mediaType, RequestBody body)
    {
        if (mediaType == MediaTypes.EventStream)
        {
            throw new HttpRequestFormatException(ErrorCodes.BadRequest, $"A batch is answered by a list, which {MediaTypes.EventStream} cannot be: accept {MediaTypes.Json}.");
        }

        // The list is no GraphQL response, so it does not get that media type, whatever its items are.
        await using var batch = new BatchPayload(
            body.Requests, async request => (OperationResult)await ExecuteAsync(context, services, request, isGet: false, streams: false, multipart: null));
        await WriteAsync(context, batch, MediaTypes.Json, StatusCodes.Status200OK);
    }

    /// <summary>Nothing else may be taken: it is what makes browsers ask before they send a POST for another site.</summary>
    private static void RequireJson(HttpRequest request)
    {
        if (request.ContentType is MediaTypes.Json or MediaTypes.JsonInUtf8)
        {
            return;
        }

        var contentType = request.GetTypedHeaders().ContentType;
        var isJson = contentType is not null && contentType.MediaType.Equals(MediaTypes.Json, StringComparison.OrdinalIgnoreCase)
            && (!contentType.Charset.HasValue || contentType.Charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson)
        {
            throw new HttpRequestFormatException(
                ErrorCodes.UnsupportedMediaType, $"Content-Type must be {MediaTypes.Json} in UTF-8, not '{request.ContentType}'.");
        }
    }

    /// <param name="context">Gives the end.</param>
    /// <param name="services">Of the request.</param>
    /// <param name="parameters">Of the request.</param>
    /// <param name="isGet">Refuses mutations.</param>
    /// <param name="streams">Whether the answer is an event stream; without, and without the next, the result is a single <see cref="OperationResult"/>.</param>
    /// <param name="multipart">What the client takes in parts.</param>
    /// <exception cref="HttpRequestFormatException">A mutation came by GET.</exception>
    private async ValueTask<ExecutionResult> ExecuteAsync(
        HttpContext context, RequestServices services, RequestParameters parameters, bool isGet, bool streams, MultipartAccept? multipart)
    {
        var (document, error) = await documents.ResolveAsync(parameters.Query, parameters.DocumentId, parameters.Extensions, context.RequestAborted);
        if (error is not null)
        {
            return new OperationResult(error);
        }

        var request = new OperationRequest(document)
        {
            OperationName = parameters.OperationName,
            Variables = parameters.Variables,
            Services = services,
            TransportContext = context,
            AllowMutations = !isGet,
            AllowSubscriptions = streams || multipart is { ForSubscriptions: true },
            IncrementalFormat = streams ? IncrementalFormat.Ids : multipart?.Format ?? IncrementalFormat.None,
            CostReporting = CostHeader.Read(context.Request),
        };
        var result = await server.Executor.ExecuteAsync(request, context.RequestAborted);
        if (result is OperationResult { HasData: false, Errors: [{ Code: ErrorCodes.MethodNotAllowed } refusal, ..] } refused)
        {
            await refused.DisposeAsync();
            context.Response.Headers.Allow = "POST";
            throw new HttpRequestFormatException(ErrorCodes.MethodNotAllowed, refusal.Message);
        }

        return result;
    }

    private async Task AnswerAsync(HttpContext context, string? mediaType, MultipartAccept? multipart, ExecutionResult result)
    {
        if (multipart is not null && (mediaType is null || result is ResponseStream))
        {
            await MultipartWriter.WriteAsync(context, multipart, result, options, lifetime.ApplicationStopping);
            return;
        }

        if (mediaType == MediaTypes.EventStream)
        {
            await eventStreams.WriteAsync(context, result);
            return;
        }

        await using var single = (OperationResult)result;
        if (!single.HasData && single.Errors is [{ Code: ErrorCodes.PersistedQueryNotFound }, ..])
        {
            // The client registers the document next, after which the same address has another answer.
            context.Response.Headers.CacheControl = "no-store";
        }

        if (ResponseStatus.IsOverload(single))
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await WriteAsync(context, single, mediaType!, ResponseStatus.Of(single, mediaType!, options.HttpStatusCodes));
    }

    private async Task WriteAsync(HttpContext context, IResponsePayload payload, string mediaType, int status)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType == MediaTypes.GraphQLResponse ? MediaTypes.GraphQLResponseInUtf8 : MediaTypes.JsonInUtf8;
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            response.Headers.Vary = "Accept, Accept-Encoding";
        }

        if (options.CompressResponses && ContentCoding.Choose(context) is { } coding)
        {
            using var output = new CompressingPipeWriter(response, coding, options);
            await payload.WriteToAsync(output, context.RequestAborted);
            await output.CompleteAsync();
        }
        else
        {
            response.ContentLength = (payload as OperationResult)?.Length;
            await payload.WriteToAsync(response.BodyWriter, context.RequestAborted);
        }
    }

    /// <summary>An error of HTTP is told as JSON, also to clients that wanted an event stream or nothing that is served.</summary>
    private async Task WriteErrorAsync(HttpContext context, string? mediaType, string code, string message)
    {
        await using var result = new OperationResult(new GraphQLError(message) { Code = code });
        var type = mediaType == MediaTypes.GraphQLResponse ? mediaType : MediaTypes.Json;
        await WriteAsync(context, result, type, ResponseStatus.OfMalformed(code, options.HttpStatusCodes));
    }

    private static partial class Log
    {
        [LoggerMessage(7102, LogLevel.Debug, "The client closed the connection before its GraphQL request was answered")]
        public static partial void ClientGone(ILogger logger);
    }
}
