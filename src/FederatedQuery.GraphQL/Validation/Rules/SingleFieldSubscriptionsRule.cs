using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>One root field, not an introspection field, no <c>@skip</c> or <c>@include</c> (spec section 5.2.4.1).</summary>
internal sealed class SingleFieldSubscriptionsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Operation != OperationType.Subscription || Context.Schema.SubscriptionType is null)
        {
            return;
        }

        var groups = new OrderedDictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        var conditions = new List<SyntaxNode>();
        Collect(node.SelectionSet, groups, conditions);
        var owner = node.Name is null ? "Anonymous Subscription" : $"Subscription \"{node.Name}\"";
        if (conditions.Count > 0)
        {
            Context.Report($"{owner} must not use `@skip` or `@include` directives in the top level selection.", [.. conditions]);
            return;
        }

        if (groups.Count > 1)
        {
            Context.Report($"{owner} must select only one top level field.", [.. groups.Values.Skip(1).SelectMany(nodes => nodes)]);
        }

        foreach (var nodes in groups.Values)
        {
            if (nodes[0].Name.StartsWith("__", StringComparison.Ordinal))
            {
                Context.Report($"{owner} must not select an introspection top level field.", [.. nodes]);
            }
        }
    }

    private void Collect(SelectionSetNode root, OrderedDictionary<string, List<FieldNode>> groups, List<SyntaxNode> conditions)
    {
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<SelectionNode>(root.Selections.Reverse());
        while (open.TryPop(out var selection))
        {
            conditions.AddRange(selection.Directives.Where(directive => directive.Name is "skip" or "include"));
            SelectionSetNode? inner = null;
            switch (selection)
            {
                case FieldNode field:
                    if (!groups.TryGetValue(field.ResponseKey, out var nodes))
                    {
                        groups.Add(field.ResponseKey, nodes = []);
                    }

                    nodes.Add(field);
                    break;
                case InlineFragmentNode inline when Applies(inline.TypeCondition):
                    inner = inline.SelectionSet;
                    break;
                case FragmentSpreadNode spread when visited.Add(spread.Name) && Context.Fragments.TryGetValue(spread.Name, out var fragment) && Applies(fragment.TypeCondition):
                    inner = fragment.SelectionSet;
                    break;
            }

            for (var i = (inner?.Selections.Length ?? 0) - 1; i >= 0; i--)
            {
                open.Push(inner!.Selections[i]);
            }
        }
    }

    private bool Applies(NamedTypeNode? condition) => condition is null || Context.Schema.IsPossibleType(condition.Name, Context.Schema.SubscriptionType!);
}
