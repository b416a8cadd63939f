using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.5.2.1.</summary>
internal sealed class KnownFragmentNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterFragmentSpread(FragmentSpreadNode node)
    {
        if (!Context.Fragments.ContainsKey(node.Name))
        {
            Context.ReportAt($"Unknown fragment \"{node.Name}\".", node.NameStart);
        }
    }
}
