using System.Globalization;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access.Auditing;
using FederatedQuery.Gateway.Access.Limits;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Access;

/// <summary>
/// Lets a request through to its endpoint, or not. Sits after routing, for the rule is the endpoint's, and before anything of the request is read. An endpoint without a rule is
/// nobody's. Refusals come in the endpoint's own format.
/// </summary>
internal sealed partial class AccessMiddleware(
    RequestDelegate next, Authenticator authenticator, RequestLimits limits, Sessions sessions, AuditLog audit, ILogger<AccessMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Others are ASP.NET Core's own: there is no such path, or not by that method.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }

        var rule = endpoint.Metadata.GetMetadata<EndpointAccess>()?.RuleOf(context);
        return rule is { IsOpen: true } ? next(context) : JudgeAsync(context, endpoint, rule);
    }

    private async Task JudgeAsync(HttpContext context, RouteEndpoint endpoint, AccessRule? rule)
    {
        Caller? caller;
        Problem? problem;
        try
        {
            (caller, problem) = await authenticator.AuthenticateAsync(context.Request, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        // Those who are not let in are counted too, by their address.
        if (limits.Take(caller, context) is { } tooMany)
        {
            problem = tooMany;
        }
        else if (caller is not null)
        {
            context.SetCaller(caller);
            problem = rule is not { } needed ? Refusals.Forbidden($"{context.Request.Method} {context.Request.Path} may be had by nobody: it has no rule.")
                : needed.Admits(caller) ? null
                : Refusals.NeedsRole(caller, needed.Role, $"{context.Request.Method} {context.Request.Path}");
        }

        if (problem is not null)
        {
            await RefuseAsync(context, endpoint, problem);
            Note(context, rule);
            return;
        }

        if (caller!.KeyId is null && caller.Expires is null)
        {
            await next(context);
            Note(context, rule);
            return;
        }

        using var session = sessions.Open(caller, IsEndless(context, endpoint));
        await using var ending = session.Ended.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
        await next(context);
        Note(context, rule);
    }

    /// <summary>What is for admins alone is written down, also where it was refused to somebody known.</summary>
    private void Note(HttpContext context, AccessRule? rule)
    {
        if (rule is { Role: Roles.Admin } && context.HasCaller())
        {
            audit.Write(context, $"{context.Request.Method} {context.Request.Path}", context.Response.StatusCode.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Streams end when the client or the key does.</summary>
    private static bool IsEndless(HttpContext context, RouteEndpoint endpoint)
    {
        var accept = context.Request.Headers.Accept.ToString();
        return endpoint.Metadata.GetMetadata<EndlessAnswer>() is not null
            || accept.Contains("event-stream", StringComparison.OrdinalIgnoreCase) || accept.Contains("multipart/", StringComparison.OrdinalIgnoreCase);
    }

    private Task RefuseAsync(HttpContext context, RouteEndpoint endpoint, Problem problem)
    {
        Log.Refused(logger, context.Request.Method, context.Request.Path, problem.Status, problem.Detail);
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = ReferenceEquals(problem, Refusals.Missing) ? "Bearer realm=\"federatedquery\"" : "Bearer realm=\"federatedquery\", error=\"invalid_token\"";
        }

        var write = endpoint.Metadata.GetMetadata<ProblemFormat>()?.Write ?? Problems.WriteAsync;
        return write(context, problem);
    }

    private static partial class Log
    {
        [LoggerMessage(6210, LogLevel.Debug, "{Method} {Path} was refused with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, string method, string path, int status, string reason);
    }
}

/// <summary>Metadata of an endpoint whose answers have no end.</summary>
internal sealed class EndlessAnswer;
