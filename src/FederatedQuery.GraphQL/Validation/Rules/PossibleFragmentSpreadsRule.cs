using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.5.2.3.</summary>
internal sealed class PossibleFragmentSpreadsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterInlineFragment(InlineFragmentNode node)
    {
        if (Context is { Type: CompositeType type, ParentType: { } parent } && !Overlap(type, parent))
        {
            Context.Report($"Fragment cannot be spread here as objects of type \"{parent}\" can never be of type \"{type}\".", node);
        }
    }

    public override void EnterFragmentSpread(FragmentSpreadNode node)
    {
        if (Context.ParentType is { } parent
            && Context.Fragments.TryGetValue(node.Name, out var fragment)
            && Context.Schema.TryGetType(fragment.TypeCondition.Name, out var named)
            && named is CompositeType type
            && !Overlap(type, parent))
        {
            Context.Report($"Fragment \"{node.Name}\" cannot be spread here as objects of type \"{parent}\" can never be of type \"{type}\".", node);
        }
    }

    private bool Overlap(CompositeType left, CompositeType right) =>
        ReferenceEquals(left, right) || Context.Schema.GetPossibleTypes(left).Overlaps(Context.Schema.GetPossibleTypes(right));
}
