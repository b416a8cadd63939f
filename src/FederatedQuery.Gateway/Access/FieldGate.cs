using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access.Auditing;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.Gateway.Access;

/// <summary>What decides by its rule on each field of an operation's root, before the operation is executed. Notes what admins do, for <see cref="AuditListener"/>.</summary>
internal static class FieldGate
{
    public static GraphQLError? Check(OperationRequest request, RootField field)
    {
        if (field.Operation == OperationType.Mutation && FieldRules.RolesOf(field.Definition) == Roles.Admin)
        {
            AuditListener.Note(request, field.Definition.Name);
        }

        return FieldRules.Check(request, field);
    }
}
