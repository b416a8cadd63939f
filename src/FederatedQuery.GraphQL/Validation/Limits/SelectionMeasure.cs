using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Limits;

/// <summary>
/// Measures selection sets as they will be executed: within one set each fragment is collected once (CollectFields(), spec section 6.3.2),
/// and the set below each field is measured once per document, whatever number of fragments leads to it. Nothing is expanded, so a chain
/// of fragments that double each other costs no more than its text.
/// </summary>
internal sealed class SelectionMeasure(IReadOnlyDictionary<string, FragmentDefinitionNode> fragments)
{
    private readonly Dictionary<SelectionSetNode, SelectionSize> _sizes = [];

    /// <exception cref="InsufficientExecutionStackException">Fragments spread fragments too deeply for the thread.</exception>
    public SelectionSize SizeOf(SelectionSetNode set)
    {
        if (_sizes.TryGetValue(set, out var known))
        {
            return known;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();

        // Nothing stands here while the set is being measured: a cycle of fragments is another rule's error.
        _sizes[set] = default;
        var size = default(SelectionSize);
        var breadth = 0;
        HashSet<string>? visited = null;
        Collect(set, ref size, ref breadth, ref visited);
        return _sizes[set] = size with { Breadth = Math.Max(size.Breadth, breadth) };
    }

    private void Collect(SelectionSetNode set, ref SelectionSize size, ref int breadth, ref HashSet<string>? visited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field:
                    breadth++;
                    size = size.WithField(
                        field.Alias is not null,
                        field.Directives.Length,
                        field.SelectionSet is { } below ? SizeOf(below) : default,
                        countsDepthBelow: field.Name is not ("__schema" or "__type"));
                    break;
                case InlineFragmentNode inline:
                    size = size.WithDirectives(inline.Directives.Length);
                    Collect(inline.SelectionSet, ref size, ref breadth, ref visited);
                    break;
                case FragmentSpreadNode spread:
                    size = size.WithDirectives(spread.Directives.Length);
                    if ((visited ??= new HashSet<string>(StringComparer.Ordinal)).Add(spread.Name) && fragments.TryGetValue(spread.Name, out var fragment))
                    {
                        size = size.WithDirectives(fragment.Directives.Length);
                        Collect(fragment.SelectionSet, ref size, ref breadth, ref visited);
                    }

                    break;
            }
        }
    }
}
