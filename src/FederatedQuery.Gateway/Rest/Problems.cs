using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Rest;

/// <summary>
/// Errors of the REST endpoints as <c>application/problem+json</c> (RFC 9457). The one place where failures get an HTTP status. Protocols that
/// have an error format of their own (OTLP, Elasticsearch) take the <see cref="Problem"/> from here and write it in theirs.
/// </summary>
internal static partial class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>Quotes and backticks as they are: what is no HTML needs no escapes of HTML's.</summary>
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A tier that failed is asked again by breakers within seconds.</summary>
    private static readonly TimeSpan TierRetry = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Answers everything that the endpoints throw. Where the answer had begun the connection is cut, so that no client takes a part for the
    /// whole. A client that went away gets nothing.
    /// </summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithProblems(WriteAsync);

    /// <summary>As <see cref="WithProblems{TBuilder}(TBuilder)"/>, in a format of the protocol's own.</summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder, Func<HttpContext, Problem, Task> write)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new ProblemFormat(write));
        builder.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is { } inner)
            {
                endpoint.RequestDelegate = context => AnswerAsync(context, inner, write);
            }
        });
        return builder;
    }

    /// <summary>Parameters that do not bind are thrown, and so answered here.</summary>
    public static void Configure(RouteHandlerOptions options) => options.ThrowOnBadRequest = true;

    /// <returns>Null when the failure is the program's own and not for the client.</returns>
    public static Problem? Of(Exception error) => error switch
    {
        ProblemException known => known.Problem,
        TieringException tiering => new(StatusOf(tiering.Kind), Failures.CodeOf(tiering.Kind), tiering.Message),
        LogRequestException { Kind: LogRequestErrorKind.TooLarge } large => new(StatusCodes.Status413PayloadTooLarge, ErrorCodes.BodyTooLarge, large.Message),
        LogRequestException malformed => new(StatusCodes.Status400BadRequest, ErrorCodes.InvalidBody, malformed.Message) { Field = "body" },
        IngestQueueFullException full => new(StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, full.Message) { RetryAfter = full.RetryAfter },
        IngestUnavailableException unavailable => new(StatusCodes.Status503ServiceUnavailable, "INGEST_UNAVAILABLE", unavailable.Message) { RetryAfter = TierRetry },
        BadHttpRequestException bad => new(bad.StatusCode, CodeOf(bad.StatusCode), bad.Message),
        OperationCanceledException => new(StatusCodes.Status503ServiceUnavailable, ErrorCodes.ShuttingDown, "The request was given up: the server stops. Send it again.")
        {
            RetryAfter = TierRetry,
        },
        _ => FailureTranslation.TryTranslate(error) is { } failure ? Of(failure) : null,
    };

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        Prepare(response, problem);
        response.ContentType = ContentType;
        await using var writer = new Utf8JsonWriter(response.BodyWriter, Readable);
        writer.WriteStartObject();
        writer.WriteString("type", "about:blank");
        writer.WriteString("title", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.Status));
        writer.WriteNumber("status", problem.Status);
        writer.WriteString("detail", problem.Detail);
        writer.WriteString("instance", context.Request.Path.Value);
        writer.WriteString("code", problem.Code);
        if (problem.Field is { } field)
        {
            writer.WriteString("field", field);
        }

        foreach (var (name, value) in problem.Details)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, JsonSerializerOptions.Web);
        }

        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    /// <summary>Sets the status and the headers that every format shares.</summary>
    public static void Prepare(HttpResponse response, Problem problem)
    {
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate inner, Func<HttpContext, Problem, Task> write)
    {
        try
        {
            await inner(context);
        }
        catch (Exception error) when (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            // The client is gone.
        }
        catch (Exception error)
        {
            var problem = Of(error) ?? Unexpected(context, error);
            if (context.Response.HasStarted)
            {
                Log.CutOff(LoggerOf(context), context.Request.Path, problem.Detail);
                context.Abort();
                return;
            }

            context.Response.Clear();
            await write(context, problem);
        }
    }

    private static Problem Unexpected(HttpContext context, Exception error)
    {
        var id = Guid.NewGuid();
        Log.Failed(LoggerOf(context), error, context.Request.Method, context.Request.Path, id);
        return new Problem(StatusCodes.Status500InternalServerError, ErrorCodes.Internal, $"The server failed; its log has the failure under the id {id}.")
        {
            Details = new Dictionary<string, object?> { ["id"] = id.ToString() },
        };
    }

    private static ILogger LoggerOf(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems));

    private static Problem Of(FederatedQueryException failure)
    {
        var status = StatusOf(failure.Kind);
        var details = new Dictionary<string, object?>(failure.Details);
        if (failure is { Line: { } line, Column: { } column })
        {
            details["line"] = line;
            details["column"] = column;
        }

        return new Problem(status, Failures.CodeOf(failure.Kind), failure.Message)
        {
            Details = details,
            RetryAfter = status == StatusCodes.Status503ServiceUnavailable ? TierRetry : null,
        };
    }

    private static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.UnknownTable => StatusCodes.Status404NotFound,
        FailureKind.Timeout => StatusCodes.Status504GatewayTimeout,
        FailureKind.HotTier or FailureKind.ColdTier or FailureKind.Overloaded => StatusCodes.Status503ServiceUnavailable,
        FailureKind.ColdBudgetSpent => StatusCodes.Status429TooManyRequests,
        FailureKind.Syntax or FailureKind.NotAllowed or FailureKind.BadArgument or FailureKind.Statement or FailureKind.ColdBytesExceeded =>
            StatusCodes.Status400BadRequest,
        _ => throw new System.Diagnostics.UnreachableException($"Failure of kind {kind}."),
    };

    private static int StatusOf(TieringErrorKind kind) => kind switch
    {
        TieringErrorKind.NotFound or TieringErrorKind.JobNotFound => StatusCodes.Status404NotFound,
        TieringErrorKind.InvalidArgument or TieringErrorKind.InvalidSource or TieringErrorKind.NotAllowed => StatusCodes.Status400BadRequest,
        TieringErrorKind.Violated or TieringErrorKind.ConstraintViolated => StatusCodes.Status409Conflict,
        TieringErrorKind.Busy or TieringErrorKind.LeaseLost or TieringErrorKind.PartFailed => StatusCodes.Status503ServiceUnavailable,
        _ => throw new System.Diagnostics.UnreachableException($"Failure of kind {kind}."),
    };

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => ErrorCodes.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ErrorCodes.UnsupportedMediaType,
        _ => ErrorCodes.BadRequest,
    };

    private static partial class Log
    {
        [LoggerMessage(6010, LogLevel.Error, "{Method} {Path} failed; the client was told the id {Id}")]
        public static partial void Failed(ILogger logger, Exception error, string method, string path, Guid id);

        [LoggerMessage(6011, LogLevel.Warning, "The answer of {Path} was cut off: {Reason}")]
        public static partial void CutOff(ILogger logger, string path, string reason);
    }
}
