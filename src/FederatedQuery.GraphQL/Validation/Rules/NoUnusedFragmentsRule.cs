using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.5.1.4.</summary>
internal sealed class NoUnusedFragmentsRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument(DocumentNode node)
    {
        var used = node.Definitions.OfType<OperationDefinitionNode>()
            .SelectMany(Context.GetReachable)
            .OfType<FragmentDefinitionNode>()
            .Select(fragment => fragment.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var fragment in node.Definitions.OfType<FragmentDefinitionNode>())
        {
            if (!used.Contains(fragment.Name))
            {
                Context.Report($"Fragment \"{fragment.Name}\" is never used.", fragment);
            }
        }
    }
}
