using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>
/// Turns a valid operation into plans. A plan belongs to one outcome of the conditions in <c>@skip</c> and <c>@include</c>
/// (<paramref name="conditions"/>: the boolean variables they use), so executing it asks no conditions and keeps the specified key order.
/// </summary>
internal sealed class OperationPlanner(
    Schema schema,
    FrozenDictionary<string, FragmentDefinitionNode> fragments,
    FrozenDictionary<string, bool> conditions)
{
    public SelectionPlan PlanRoot(ObjectType type, OperationDefinitionNode operation)
    {
        var groups = new OrderedDictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        Collect(type, operation.SelectionSet, groups, []);
        return ToPlan(type, groups);
    }

    public SelectionPlan PlanSubfields(ObjectType type, ImmutableArray<FieldNode> nodes)
    {
        var groups = new OrderedDictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (node.SelectionSet is { } set)
            {
                Collect(type, set, groups, visited);
            }
        }

        return ToPlan(type, groups);
    }

    private SelectionPlan ToPlan(ObjectType type, OrderedDictionary<string, List<FieldNode>> groups) => new(
        type,
        [
            .. groups.Values
                .Select(nodes => (Nodes: nodes, Definition: schema.FindField(type, nodes[0].Name)))
                .Where(group => group.Definition is not null)
                .Select(group => new FieldPlan(this, type, group.Definition!, [.. group.Nodes])),
        ]);

    /// <summary>CollectFields() (spec section 6.3.2).</summary>
    private void Collect(
        ObjectType type, SelectionSetNode set, OrderedDictionary<string, List<FieldNode>> groups, HashSet<string> visitedFragments)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in set.Selections)
        {
            if (!IsIncluded(selection.Directives))
            {
                continue;
            }

            switch (selection)
            {
                case FieldNode field:
                    if (!groups.TryGetValue(field.ResponseKey, out var nodes))
                    {
                        groups.Add(field.ResponseKey, nodes = []);
                    }

                    nodes.Add(field);
                    break;
                case FragmentSpreadNode spread:
                    if (visitedFragments.Add(spread.Name) && fragments.TryGetValue(spread.Name, out var fragment)
                        && Applies(type, fragment.TypeCondition))
                    {
                        Collect(type, fragment.SelectionSet, groups, visitedFragments);
                    }

                    break;
                case InlineFragmentNode inline when inline.TypeCondition is null || Applies(type, inline.TypeCondition):
                    Collect(type, inline.SelectionSet, groups, visitedFragments);
                    break;
            }
        }
    }

    private bool Applies(ObjectType type, NamedTypeNode condition) =>
        schema.TryGetType(condition.Name, out var named) && named is CompositeType composite && schema.GetPossibleTypes(composite).Contains(type);

    private bool IsIncluded(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            if (directive.Name is not ("skip" or "include"))
            {
                continue;
            }

            var value = directive.Arguments[0].Value switch
            {
                BooleanValueNode literal => literal.Value,
                VariableNode variable => conditions[variable.Name],
                _ => false,
            };
            if (value == (directive.Name == "skip"))
            {
                return false;
            }
        }

        return true;
    }
}
