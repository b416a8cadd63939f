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

    private readonly Dictionary<SelectionSetNode, FieldMap> _maps = [];
    private readonly HashSet<(string, string, bool)> _comparedFragments = [];
    private readonly HashSet<(FieldMap, string, bool)> _comparedFieldsAndFragments = [];
    private int _comparisons;

    public override void EnterSelectionSet(SelectionSetNode node)
    {
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

    private void CollectWithin(List<Conflict> conflicts, FieldMap map)
    {
        foreach (var (key, fields) in map.Fields)
        {
            for (var i = 0; i < fields.Count; i++)
            {
                for (var j = i + 1; j < fields.Count; j++)
                {
                    AddConflict(conflicts, FindConflict(false, key, fields[i], fields[j]));
                }
            }
        }
    }

    private void CollectBetween(List<Conflict> conflicts, bool areMutuallyExclusive, FieldMap left, FieldMap right)
    {
        foreach (var (key, fields) in left.Fields)
        {
            if (!right.Fields.TryGetValue(key, out var others))
            {
                continue;
            }

            foreach (var field in fields)
            {
                foreach (var other in others)
                {
                    AddConflict(conflicts, FindConflict(areMutuallyExclusive, key, field, other));
                }
            }
        }
    }

    private void CollectBetweenFieldsAndFragment(List<Conflict> conflicts, bool areMutuallyExclusive, FieldMap map, string fragmentName)
    {
        if (map.Fields.Count == 0)
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

    private Conflict? FindConflict(bool parentsAreMutuallyExclusive, string key, FieldOfType left, FieldOfType right)
    {
        CountComparison();
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

        if (left.Definition is { } leftDefinition && right.Definition is { } rightDefinition && DoTypesConflict(leftDefinition.Type, rightDefinition.Type))
        {
            return new Conflict(key, $"they return conflicting types \"{leftDefinition.Type}\" and \"{rightDefinition.Type}\"", [left.Node], [right.Node]);
        }

        return left.Node.SelectionSet is { } leftSet && right.Node.SelectionSet is { } rightSet && !ReferenceEquals(leftSet, rightSet)
            ? FindSubfieldConflicts(areMutuallyExclusive, key, left, leftSet, right, rightSet)
            : null;
    }

    private Conflict? FindSubfieldConflicts(
        bool areMutuallyExclusive, string key, FieldOfType left, SelectionSetNode leftSet, FieldOfType right, SelectionSetNode rightSet)
    {
        var conflicts = new List<Conflict>();
        var leftMap = GetMap(left.Definition?.Type.Named as CompositeType, leftSet);
        var rightMap = GetMap(right.Definition?.Type.Named as CompositeType, rightSet);
        CollectBetween(conflicts, areMutuallyExclusive, leftMap, rightMap);
        foreach (var fragment in rightMap.Fragments)
        {
            CollectBetweenFieldsAndFragment(conflicts, areMutuallyExclusive, leftMap, fragment);
        }

        foreach (var fragment in leftMap.Fragments)
        {
            CollectBetweenFieldsAndFragment(conflicts, areMutuallyExclusive, rightMap, fragment);
        }

        foreach (var leftFragment in leftMap.Fragments)
        {
            foreach (var rightFragment in rightMap.Fragments)
            {
                CollectBetweenFragments(conflicts, areMutuallyExclusive, leftFragment, rightFragment);
            }
        }

        return conflicts.Count == 0
            ? null
            : new Conflict(
                key,
                string.Join(" and ", conflicts.Select(conflict => $"subfields \"{conflict.ResponseKey}\" conflict because {conflict.Reason}")),
                [left.Node, .. conflicts.SelectMany(conflict => conflict.Left)],
                [right.Node, .. conflicts.SelectMany(conflict => conflict.Right)]);
    }

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

    private FieldMap? FindFragmentMap(string name)
    {
        if (!Context.Fragments.TryGetValue(name, out var fragment))
        {
            return null;
        }

        var parent = Context.Schema.TryGetType(fragment.TypeCondition.Name, out var type) ? type as CompositeType : null;
        return GetMap(parent, fragment.SelectionSet);
    }

    private FieldMap GetMap(CompositeType? parent, SelectionSetNode set)
    {
        if (!_maps.TryGetValue(set, out var map))
        {
            map = _maps[set] = new FieldMap();
            Collect(parent, set, map);
        }

        return map;
    }

    private void Collect(CompositeType? parent, SelectionSetNode set, FieldMap map)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field:
                    map.Add(new FieldOfType(parent, field, parent is null ? null : Context.Schema.FindField(parent, field.Name)));
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

    private readonly record struct FieldOfType(CompositeType? Parent, FieldNode Node, FieldDefinition? Definition);

    private sealed class FieldMap
    {
        private readonly HashSet<string> _fragmentSet = new(StringComparer.Ordinal);
        private readonly HashSet<(string Key, string Name, CompositeType? Parent)> _plainLeaves = [];

        public OrderedDictionary<string, List<FieldOfType>> Fields { get; } = new(StringComparer.Ordinal);

        public List<string> Fragments { get; } = [];

        public void Add(FieldOfType field)
        {
            // The same leaf again without arguments can conflict with nothing that the first one does not.
            var isPlainLeaf = field.Node is { Arguments.IsEmpty: true, SelectionSet: null };
            if (isPlainLeaf && !_plainLeaves.Add((field.Node.ResponseKey, field.Node.Name, field.Parent)))
            {
                return;
            }

            if (!Fields.TryGetValue(field.Node.ResponseKey, out var fields))
            {
                Fields.Add(field.Node.ResponseKey, fields = []);
            }

            fields.Add(field);
        }

        public void AddFragment(string name)
        {
            if (_fragmentSet.Add(name))
            {
                Fragments.Add(name);
            }
        }
    }
}
