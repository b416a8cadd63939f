using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Diagnostics;

namespace FederatedQuery.Gateway.Access.Auditing;

/// <summary>Writes the mutations of admins to the audit log when they are over: <see cref="FieldGate"/> notes which they are.</summary>
internal sealed class AuditListener(AuditLog log) : ExecutionDiagnosticEventListener
{
    private const string Noted = "FederatedQuery.Audit";

    /// <summary>Notes a field that is to be written; before the operation is executed, by one thread.</summary>
    public static void Note(OperationRequest request, string field)
    {
        if (request.ContextData.TryGetValue(Noted, out var noted) && noted is List<string> fields)
        {
            fields.Add(field);
        }
        else
        {
            request.ContextData[Noted] = new List<string> { field };
        }
    }

    public override IDisposable ExecuteRequest(RequestContext context) => new Scope(log, context);

    private sealed class Scope(AuditLog log, RequestContext context) : IDisposable
    {
        public void Dispose()
        {
            if (context.Operation?.Operation != GraphQL.Language.Syntax.OperationType.Mutation || context.Request.TransportContext is not HttpContext http
                || !context.Request.ContextData.TryGetValue(Noted, out var noted) || noted is not List<string> fields)
            {
                return;
            }

            var errors = (context.Result as OperationResult)?.Errors;
            var result = errors is null ? "given up" : errors.Count == 0 ? "done" : string.Join(", ", errors.Select(error => error.Code).Distinct());
            log.Write(http, "mutation " + string.Join(", ", fields), result);
        }
    }
}
