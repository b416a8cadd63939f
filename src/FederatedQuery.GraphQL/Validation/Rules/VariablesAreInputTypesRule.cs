using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.8.2.</summary>
internal sealed class VariablesAreInputTypesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterVariableDefinition(VariableDefinitionNode node)
    {
        if (TypeFromNode.Find(Context.Schema, node.Type) is { IsInputType: false })
        {
            Context.Report($"Variable \"${node.Variable.Name}\" cannot be non-input type \"{node.Type}\".", node.Type);
        }
    }
}
