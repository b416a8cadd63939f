using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>
/// Subscriptions neither defer nor stream, unless that can be switched off (incremental delivery, "Defer And Stream Directives Are Used On
/// Valid Operations"). An error names the directive and the spreads that lead to it, innermost first.
/// </summary>
internal sealed class DeferStreamDirectiveOnValidOperationsRule(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);
    private readonly List<SyntaxNode> _spreads = [];

    public override void EnterOperation(OperationDefinitionNode node)
    {
        var visited = new HashSet<string>(StringComparer.Ordinal);
        if (node.Operation == OperationType.Subscription && Check(node.SelectionSet, visited))
        {
            _checked.UnionWith(visited);
        }
    }

    private static ValueNode? FindIf(DirectiveNode directive) => directive.Arguments.FirstOrDefault(argument => argument.Name == "if")?.Value;

    private static bool MayBeOff(DirectiveNode directive) => FindIf(directive) is VariableNode or BooleanValueNode { Value: false };

    /// <summary>What @skip or @include may leave out is not checked: it may be there for subscriptions.</summary>
    private static bool MayBeLeftOut(SelectionNode selection)
    {
        foreach (var directive in selection.Directives)
        {
            switch (directive.Name)
            {
                case "skip" when FindIf(directive) is not BooleanValueNode { Value: false }:
                case "include" when FindIf(directive) is not (null or BooleanValueNode { Value: true }):
                    return true;
            }
        }

        return false;
    }

    private bool Check(SelectionSetNode set, HashSet<string> visited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var isValid = true;
        foreach (var selection in set.Selections)
        {
            if (MayBeLeftOut(selection))
            {
                continue;
            }

            foreach (var directive in selection.Directives)
            {
                if (directive.Name is "defer" or "stream" && !MayBeOff(directive))
                {
                    isValid = false;
                    var title = directive.Name == "defer" ? "Defer" : "Stream";
                    Context.Report(
                        $"{title} directive not supported on subscription operations. Disable `@{directive.Name}` by setting the `if` argument to `false`.",
                        [directive, .. Enumerable.Reverse(_spreads)]);
                }
            }

            switch (selection)
            {
                case FragmentSpreadNode spread when !_checked.Contains(spread.Name) && visited.Add(spread.Name) && Context.Fragments.TryGetValue(spread.Name, out var fragment):
                    _spreads.Add(spread);
                    isValid &= Check(fragment.SelectionSet, visited);
                    _spreads.RemoveAt(_spreads.Count - 1);
                    break;
                case FieldNode { SelectionSet: { } inner }:
                    isValid &= Check(inner, visited);
                    break;
                case InlineFragmentNode inline:
                    isValid &= Check(inline.SelectionSet, visited);
                    break;
            }
        }

        return isValid;
    }
}
