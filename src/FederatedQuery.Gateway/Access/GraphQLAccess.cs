using System.Text.Json;
using FederatedQuery.Gateway.Access.Limits;
using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Transports.WebSockets;

namespace FederatedQuery.Gateway.Access;

/// <summary>
/// GraphQL's endpoint is for whoever has a key; which fields he may have is decided by <see cref="FieldRules"/>. Browsers get the playground's page without one, and WebSockets say
/// who they are in <c>connection_init</c>, for browsers cannot do it in the handshake.
/// </summary>
internal static class GraphQLAccess
{
    public static AccessRule RuleOf(HttpContext context) =>
        GraphQLRequests.IsHandshake(context.Request) || GraphQLRequests.IsForPage(context.Request) ? AccessRule.Anyone : AccessRule.Known;

    /// <summary>As GraphQL over HTTP says errors of requests, whatever the client accepts.</summary>
    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        Problems.Prepare(context.Response, problem);
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Problems.Readable);
        writer.WriteStartObject();
        writer.WriteStartArray("errors"u8);
        writer.WriteStartObject();
        writer.WriteString("message"u8, problem.Detail);
        writer.WriteStartObject("extensions"u8);
        writer.WriteString("code"u8, problem.Code);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    /// <summary>
    /// Lets a WebSocket in by the payload of <c>connection_init</c> (<c>Authorization</c> or <c>apiKey</c>), else by the headers of its handshake. Counts as a request, also of those who are not
    /// let in: whoever tries keys has no more tries here than elsewhere.
    /// </summary>
    public static async ValueTask<ConnectionInitResult> AdmitAsync(
        ConnectionInit init, Authenticator authenticator, RequestLimits limits, Sessions sessions, CancellationToken cancellationToken)
    {
        var context = init.HttpContext;
        var (caller, problem) = context.Features.Get<TenantRefusal>() is null && Read(init.Payload) is { } given
            ? await authenticator.AuthenticateAsync(given.Credential, given.Problem, cancellationToken)
            : await authenticator.AuthenticateAsync(context.Request, cancellationToken);
        if (limits.Take(caller, context) is { } tooMany)
        {
            return ConnectionInitResult.TryLater(tooMany.Detail);
        }

        if (problem is not null)
        {
            return problem.Status == StatusCodes.Status503ServiceUnavailable ? ConnectionInitResult.TryLater(problem.Detail) : ConnectionInitResult.Reject(problem.Detail);
        }

        context.SetCaller(caller!);
        if (caller!.KeyId is not null || caller.Expires is not null)
        {
            var session = sessions.Open(caller, isEndless: true);
            context.Response.RegisterForDispose(session);
            init.Ended = session.Ended;
            init.EndReason = "The key or token has been revoked or has expired.";
        }

        return ConnectionInitResult.Accept();
    }

    /// <summary>Counts an operation of a WebSocket, which is no request of HTTP, as if it were one, whatever is in it.</summary>
    /// <param name="context">Of the handshake of one that was let in.</param>
    /// <returns>Null: it may begin.</returns>
    public static GraphQLError? Count(HttpContext context, RequestLimits limits) => limits.Take(context.Caller(), context) is not { } problem
        ? null
        : new GraphQLError(problem.Detail)
        {
            Code = problem.Code,
            Extensions = new Dictionary<string, object?> { ["retryAfterSeconds"] = (int)Math.Ceiling(problem.RetryAfter!.Value.TotalSeconds) },
        };

    /// <returns>Null: the payload says nothing of it.</returns>
    private static (string? Credential, string? Problem)? Read(JsonElement? payload)
    {
        if (payload is not { ValueKind: JsonValueKind.Object } members)
        {
            return null;
        }

        try
        {
            foreach (var member in members.EnumerateObject())
            {
                var isHeader = member.Name.Equals("authorization", StringComparison.OrdinalIgnoreCase);
                if (isHeader || member.Name is "apiKey")
                {
                    return member.Value.ValueKind != JsonValueKind.String ? (null, $"'{member.Name}' of connection_init must be a string.")
                        : isHeader ? Credential.Parse(member.Value.GetString()!)
                        : (member.Value.GetString(), null);
                }
            }
        }
        catch (InvalidOperationException)
        {
            // Escaped halves of surrogates are JSON, and no text.
            return (null, "The payload of connection_init holds text that is not Unicode.");
        }

        return null;
    }
}
