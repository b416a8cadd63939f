using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.5.1.3.</summary>
internal sealed class FragmentsOnCompositeTypesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterInlineFragment(InlineFragmentNode node)
    {
        if (node.TypeCondition is { } condition && Context.Schema.TryGetType(condition.Name, out var type) && type is not CompositeType)
        {
            Context.Report($"Fragment cannot condition on non composite type \"{type}\".", condition);
        }
    }

    public override void EnterFragmentDefinition(FragmentDefinitionNode node)
    {
        if (Context.Schema.TryGetType(node.TypeCondition.Name, out var type) && type is not CompositeType)
        {
            Context.Report($"Fragment \"{node.Name}\" cannot condition on non composite type \"{type}\".", node.TypeCondition);
        }
    }
}
