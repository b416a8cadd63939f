using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.5.1.1.</summary>
internal sealed class UniqueFragmentNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterFragmentDefinition(FragmentDefinitionNode node)
    {
        var first = Context.Fragments[node.Name];
        if (!ReferenceEquals(first, node))
        {
            Context.ReportAt($"There can be only one fragment named \"{node.Name}\".", first.NameStart, node.NameStart);
        }
    }
}
