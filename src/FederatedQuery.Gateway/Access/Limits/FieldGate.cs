using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.Gateway.Access.Limits;

/// <summary>
/// What decides on each field of an operation's root before the operation is executed: its rule, and over WebSockets, whose operations are no requests of HTTP, how often may be
/// asked. Notes what admins do, for <see cref="Auditing.AuditListener"/>.
/// </summary>
internal sealed class FieldGate(RequestLimits limits)
{
    private const string Counted = "FederatedQuery.Counted";

    public GraphQLError? Check(OperationRequest request, RootField field)
    {
        if (request.TransportContext is HttpContext { WebSockets.IsWebSocketRequest: true } context && request.ContextData.TryAdd(Counted, true)
            && limits.Take(context.Caller(), context) is { } problem)
        {
            return new GraphQLError(problem.Detail)
            {
                Code = problem.Code,
                Extensions = new Dictionary<string, object?> { ["retryAfterSeconds"] = (int)Math.Ceiling(problem.RetryAfter!.Value.TotalSeconds) },
            };
        }

        if (field.Operation == OperationType.Mutation && FieldRules.RolesOf(field.Definition) == Federation.Budgets.Roles.Admin)
        {
            Auditing.AuditListener.Note(request, field.Definition.Name);
        }

        return FieldRules.Check(request, field);
    }
}
