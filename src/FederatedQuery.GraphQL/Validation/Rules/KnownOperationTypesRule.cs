using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>The schema has a root type for the operation (spec section 5.2.1.1, "Operation Type Existence").</summary>
internal sealed class KnownOperationTypesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (Context.Schema.GetRootType(node.Operation) is null)
        {
            Context.Report($"The {node.Operation.ToKeyword()} operation is not supported by the schema.", node);
        }
    }
}
