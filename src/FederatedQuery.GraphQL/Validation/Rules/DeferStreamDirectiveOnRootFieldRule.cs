using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>
/// Root fields of mutations and subscriptions are neither deferred nor streamed (incremental delivery, "Defer And Stream Directives Are Used On
/// Valid Root Field"): mutations would no longer run one after the other.
/// </summary>
internal sealed class DeferStreamDirectiveOnRootFieldRule(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);

    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Operation == OperationType.Query || Context.Schema.GetRootType(node.Operation) is not { } root)
        {
            return;
        }

        var visited = new HashSet<string>(StringComparer.Ordinal);
        if (Check(node.SelectionSet, $"root {node.Operation.ToKeyword()} type \"{root.Name}\".", visited))
        {
            _checked.UnionWith(visited);
        }
    }

    private bool Check(SelectionSetNode set, string place, HashSet<string> visited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var isValid = true;
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode:
                    isValid &= Forbid(selection, "stream", $"Stream directive cannot be used on {place}");
                    break;
                case FragmentSpreadNode spread when visited.Add(spread.Name) && Context.Fragments.TryGetValue(spread.Name, out var fragment):
                    isValid &= Forbid(selection, "defer", $"Defer directive cannot be used on {place}");
                    if (!_checked.Contains(spread.Name))
                    {
                        isValid &= Check(fragment.SelectionSet, place, visited);
                    }

                    break;
                case InlineFragmentNode inline:
                    isValid &= Forbid(selection, "defer", $"Defer directive cannot be used on {place}");
                    isValid &= Check(inline.SelectionSet, place, visited);
                    break;
            }
        }

        return isValid;
    }

    private bool Forbid(SelectionNode selection, string name, string message)
    {
        var directive = selection.Directives.FirstOrDefault(candidate => candidate.Name == name);
        if (directive is not null)
        {
            Context.Report(message, directive);
        }

        return directive is null;
    }
}
