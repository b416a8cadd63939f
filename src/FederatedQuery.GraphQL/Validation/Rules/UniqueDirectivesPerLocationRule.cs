using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.7.3.</summary>
internal sealed class UniqueDirectivesPerLocationRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDirectives(IReadOnlyList<DirectiveNode> nodes, string location)
    {
        if (nodes.Count < 2)
        {
            return;
        }

        var first = new Dictionary<string, DirectiveNode>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (Context.Schema.TryGetDirective(node.Name, out var directive) && !directive.IsRepeatable && !first.TryAdd(node.Name, node))
            {
                Context.Report($"The directive \"@{node.Name}\" can only be used once at this location.", first[node.Name], node);
            }
        }
    }
}
