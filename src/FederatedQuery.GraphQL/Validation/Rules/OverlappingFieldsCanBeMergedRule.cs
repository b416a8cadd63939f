using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>
/// Field selection merging (spec section 5.3.2). The specification compares all pairs of fields again for every selection set that holds
/// them. This follows graphql-js: a selection set's fields and its fragments' fields are compared apart, and no two fragments twice.
/// </summary>
internal sealed class OverlappingFieldsCanBeMergedRule(ValidationContext context) : ValidationRule(context)
{
    /// <summary>Comparisons after which a document is refused: quadratic growth is what an attacker would use.</summary>
    private const int MostComparisons = 250_000;

    private readonly Dictionary<SelectionSetNode, ResponseKeys> _maps = [];
    private readonly HashSet<(string, string, bool)> _comparedFragments = [];
    private readonly HashSet<(ResponseKeys, string, bool)> _comparedFieldsAndFragments = [];
    private int _comparisons;

    public override void EnterSelectionSet(SelectionSetNode node)
    {
        if (HasOnlyDistinctFields(node))
        {
            return;
        }

        var conflicts = new List<Conflict>();
        var map = GetMap(Context.ParentType, node);
        CollectWithin(conflicts, map);
        for (var i = 0; i < map.Fragments.Count; i++)
        {
            CollectBetweenFieldsAndFragment(conflicts, false, map, map.Fragments[i]);
            for (var j = i + 1; j < map.Fragments.Count; j++)
            {
                CollectBetweenFragments(conflicts, false, map.Fragments[i], map.Fragments[j]);
            }
        }

        foreach (var conflict in conflicts)
        {
            Context.Report(
                $"Fields \"{conflict.ResponseKey}\" conflict because {conflict.Reason}. Use different aliases on the fields to fetch both if this was intentional.",
                [.. conflict.Left, .. conflict.Right]);
        }
    }

    /// <summary>No fragments, and no response key twice: nothing to compare, as in most selection sets.</summary>
    private static bool HasOnlyDistinctFields(SelectionSetNode node)
    {
        foreach (var selection in node.Selections)
        {
            if (selection is not FieldNode)
            {
                return false;
            }
        }

        return !Repeats.Any(node.Selections.AsSpan(), static selection => ((FieldNode)selection).ResponseKey);
    }

    private void CollectWithin(List<Conflict> conflicts, ResponseKeys map)
    {
        var fields = map.Fields;
        for (var first = 0; first < fields.Length; first++)
        {
            for (var i = fields[first].IsFirst ? first : -1; i >= 0; i = fields[i].Next)
            {
                for (var j = fields[i].Next; j >= 0; j = fields[j].Next)
                {
                    AddConflict(conflicts, FindConflict(false, in fields[i], in fields[j]));
                }
            }
        }
    }

    private void CollectBetween(List<Conflict> conflicts, bool areMutuallyExclusive, ResponseKeys left, ResponseKeys right)
    {
        var fields = left.Fields;
        var others = right.Fields;
        for (var first = 0; first < fields.Length; first++)
        {
            if (!fields[first].IsFirst || right.Find(fields[first].Node.ResponseKey) is var other && other < 0)
            {
                continue;
            }

            for (var i = first; i >= 0; i = fields[i].Next)
            {
                for (var j = other; j >= 0; j = others[j].Next)
                {
                    AddConflict(conflicts, FindConflict(areMutuallyExclusive, in fields[i], in others[j]));
                }
            }
        }
    }

    private void CollectBetweenFieldsAndFragment(List<Conflict> conflicts, bool areMutuallyExclusive, ResponseKeys map, string fragmentName)
    {
        if (map.Fields.IsEmpty)
        {
            return;
        }

        CountComparison();
        if (!_comparedFieldsAndFragments.Add((map, fragmentName, areMutuallyExclusive)) || FindFragmentMap(fragmentName) is not { } other || ReferenceEquals(map, other))
        {
            return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        CollectBetween(conflicts, areMutuallyExclusive, map, other);
        foreach (var referenced in other.Fragments)
        {
            CollectBetweenFieldsAndFragment(conflicts, areMutuallyExclusive, map, referenced);
        }
    }

    private void CollectBetweenFragments(List<Conflict> conflicts, bool areMutuallyExclusive, string left, string right)
    {
        if (left == right)
        {
            return;
        }

        CountComparison();
        var key = string.CompareOrdinal(left, right) < 0 ? (left, right, areMutuallyExclusive) : (right, left, areMutuallyExclusive);
        if (!_comparedFragments.Add(key) || FindFragmentMap(left) is not { } leftMap || FindFragmentMap(right) is not { } rightMap)
        {
            return;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        CollectBetween(conflicts, areMutuallyExclusive, leftMap, rightMap);
        foreach (var referenced in rightMap.Fragments)
        {
            CollectBetweenFragments(conflicts, areMutuallyExclusive, left, referenced);
        }

        foreach (var referenced in leftMap.Fragments)
        {
            CollectBetweenFragments(conflicts, areMutuallyExclusive, referenced, right);
        }
    }

    private Conflict? FindConflict(bool parentsAreMutuallyExclusive, in ResponseKeys.FieldEntry left, in ResponseKeys.FieldEntry right)
    {
        CountComparison();
        var key = left.Node.ResponseKey;
        var areMutuallyExclusive = parentsAreMutuallyExclusive
            || (!ReferenceEquals(left.Parent, right.Parent) && left.Parent is ObjectType && right.Parent is ObjectType);
        if (!areMutuallyExclusive)
        {
            if (left.Node.Name != right.Node.Name)
            {
                return new Conflict(key, $"\"{left.Node.Name}\" and \"{right.Node.Name}\" are different fields", [left.Node], [right.Node]);
            }

            if (!SameArguments.AreSame(left.Node.Arguments, right.Node.Arguments))
            {
                return new Conflict(key, "they have differing arguments", [left.Node], [right.Node]);
            }
        }

        if (StreamConflicts.Find(left.Node, right.Node) is { } streams)
        {
            return new Conflict(key, streams, [left.Node], [right.Node]);
        }

        var (leftType, rightType) = (TypeOf(in left), TypeOf(in right));
        if (leftType is not null && rightType is not null && DoTypesConflict(leftType, rightType))
        {
            return new Conflict(key, $"they return conflicting types \"{leftType}\" and \"{rightType}\"", [left.Node], [right.Node]);
        }

        if (left.Node.SelectionSet is not { } leftSet || right.Node.SelectionSet is not { } rightSet || ReferenceEquals(leftSet, rightSet))
        {
            return null;
        }

        var conflicts = new List<Conflict>();
        CollectSubfieldConflicts(
            conflicts, areMutuallyExclusive, GetMap(leftType?.Named as CompositeType, leftSet), GetMap(rightType?.Named as CompositeType, rightSet));
        return conflicts.Count == 0
            ? null
            : new Conflict(
                key,
                string.Join(" and ", conflicts.Select(conflict => $"subfields \"{conflict.ResponseKey}\" conflict because {conflict.Reason}")),
                [left.Node, .. conflicts.SelectMany(conflict => conflict.Left)],
                [right.Node, .. conflicts.SelectMany(conflict => conflict.Right)]);
    }

    private void CollectSubfieldConflicts(List<Conflict> conflicts, bool areMutuallyExclusive, ResponseKeys left, ResponseKeys right)
    {
        CollectBetween(conflicts, areMutuallyExclusive, left, right);
        foreach (var fragment in right.Fragments)
        {
            CollectBetweenFieldsAndFragment(conflicts, areMutuallyExclusive, left, fragment);
        }

        foreach (var fragment in left.Fragments)
        {
            CollectBetweenFieldsAndFragment(conflicts, areMutuallyExclusive, right, fragment);
        }

        foreach (var leftFragment in left.Fragments)
        {
            foreach (var rightFragment in right.Fragments)
            {
                CollectBetweenFragments(conflicts, areMutuallyExclusive, leftFragment, rightFragment);
            }
        }
    }

    private GraphQLType? TypeOf(in ResponseKeys.FieldEntry field) =>
        field.Parent is { } parent ? Context.Schema.FindField(parent, field.Node.Name)?.Type : null;

    /// <summary>SameResponseShape(): wrappers must agree, and leaf types must be the same.</summary>
    private static bool DoTypesConflict(GraphQLType left, GraphQLType right) => (left, right) switch
    {
        (ListType a, ListType b) => DoTypesConflict(a.OfType, b.OfType),
        (ListType, _) or (_, ListType) when !(left is NonNullType || right is NonNullType) => true,
        (NonNullType a, NonNullType b) => DoTypesConflict(a.OfType, b.OfType),
        (NonNullType, _) or (_, NonNullType) => true,
        _ => (left.IsLeaf || right.IsLeaf) && !ReferenceEquals(left, right),
    };

    private void CountComparison()
    {
        if (++_comparisons > MostComparisons)
        {
            Context.Report("The document selects the same response keys so often that checking whether they can be merged would take too long.");
            throw new ValidationContext.TooManyErrorsException();
        }
    }

    private static void AddConflict(List<Conflict> conflicts, Conflict? conflict)
    {
        if (conflict is not null)
        {
            conflicts.Add(conflict);
        }
    }

    private ResponseKeys? FindFragmentMap(string name)
    {
        if (!Context.Fragments.TryGetValue(name, out var fragment))
        {
            return null;
        }

        var parent = Context.Schema.TryGetType(fragment.TypeCondition.Name, out var type) ? type as CompositeType : null;
        return GetMap(parent, fragment.SelectionSet);
    }

    private ResponseKeys GetMap(CompositeType? parent, SelectionSetNode set)
    {
        if (!_maps.TryGetValue(set, out var map))
        {
            map = _maps[set] = new ResponseKeys();
            Collect(parent, set, map);
        }

        return map;
    }

    private void Collect(CompositeType? parent, SelectionSetNode set, ResponseKeys map)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field:
                    map.Add(parent, field);
                    break;
                case FragmentSpreadNode spread:
                    map.AddFragment(spread.Name);
                    break;
                case InlineFragmentNode inline:
                    var type = inline.TypeCondition is { } condition
                        ? Context.Schema.TryGetType(condition.Name, out var named) ? named as CompositeType : null
                        : parent;
                    Collect(type, inline.SelectionSet, map);
                    break;
            }
        }
    }

    private sealed record Conflict(string ResponseKey, string Reason, IReadOnlyList<SyntaxNode> Left, IReadOnlyList<SyntaxNode> Right);
}
