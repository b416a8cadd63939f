using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>
/// Makes the cost plan of an operation, for one outcome of <c>@skip</c> and <c>@include</c>. Fields merge as they do in execution and are
/// counted once; introspection costs nothing. What lies below the same field nodes is planned once, and after
/// <see cref="MostMerges"/> such places merged fields are added up instead, which is never less: so the time is bounded whatever the
/// document is.
/// </summary>
internal sealed class CostPlanner(Schema schema, DocumentNode document, CostWeights weights, OperationPlanner selections)
{
    private const int MostMerges = 2_000;
    private const int MostSums = 100_000;

    private readonly List<CostSum[]> _steps = [];
    private readonly Dictionary<BelowKey, CostReference> _below = [];
    private readonly Dictionary<FieldNode, RequiredSlice> _required = [];
    private int _merges;
    private int _sums;

    /// <exception cref="GraphQLException">The operation has more combinations of types and selections than are worth counting.</exception>
    /// <exception cref="InsufficientExecutionStackException">The operation is nested too deeply for the thread.</exception>
    public CostPlan Plan(ObjectType root, OperationDefinitionNode operation)
    {
        var sum = Sum(root, [operation.SelectionSet], null);
        var reference = Add([sum with { Known = sum.Known + new OperationCost(0, weights.OfType(root)) }]);
        return new CostPlan([.. _steps], reference, [.. _required.Values]);
    }

    private CostReference Below(FieldDefinition field, FieldNode[] nodes, SizedFields? sized)
    {
        if (field.Type.Named is not CompositeType type)
        {
            return new CostReference(default);
        }

        var key = new BelowKey(field, nodes);
        if (_below.TryGetValue(key, out var known))
        {
            return known;
        }

        if (nodes.Length > 1 && ++_merges > MostMerges)
        {
            var terms = nodes.Select(node => new CostTerm { Below = Below(field, [node], sized) }).ToArray();
            return _below[key] = Add([new CostSum(default, terms)]);
        }

        var sets = nodes.Select(node => node.SelectionSet).OfType<SelectionSetNode>().ToArray();
        return _below[key] = Add([.. schema.GetPossibleTypes(type).Select(possible => Sum(possible, sets, sized))]);
    }

    /// <summary>A step, or its cost when nothing in it has to be asked for.</summary>
    private CostReference Add(CostSum[] sums)
    {
        if (sums.All(sum => sum.Terms.All(term => term.IsKnown)))
        {
            var costs = sums.Select(sum => sum.Terms.Aggregate(sum.Known, (cost, term) => cost + term.Evaluate([], VariableValues.Empty)));
            return new CostReference(costs.DefaultIfEmpty().Aggregate(OperationCost.Max));
        }

        _steps.Add(sums);
        return new CostReference(default, _steps.Count - 1);
    }

    private CostSum Sum(ObjectType type, IReadOnlyList<SelectionSetNode> sets, SizedFields? sized)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++_sums > MostSums)
        {
            throw new GraphQLException(
                $"The operation's fragments and types combine in more than {MostSums} ways, so that its cost is taken as too high.", ErrorCodes.CostLimitExceeded);
        }

        var groups = new OrderedDictionary<string, List<FieldNode>>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var set in sets)
        {
            Collect(type, set, groups, visited);
        }

        var cost = default(OperationCost);
        var terms = new List<CostTerm>();
        foreach (var nodes in groups.Values)
        {
            if (nodes[0].Name.StartsWith("__", StringComparison.Ordinal) || schema.FindField(type, nodes[0].Name) is not { } field)
            {
                continue;
            }

            var term = Term(type, field, [.. nodes], sized);
            if (term.IsKnown)
            {
                cost += term.Evaluate([], VariableValues.Empty);
            }
            else
            {
                terms.Add(term);
            }
        }

        return new CostSum(cost, [.. terms]);
    }

    private CostTerm Term(ObjectType parent, FieldDefinition field, FieldNode[] nodes, SizedFields? sized)
    {
        var (weight, listSize) = weights.OfField(parent, field);
        var inputs = new List<InputCost>();
        Add(nodes[0].Arguments, field.FindArgument);
        foreach (var directive in nodes.SelectMany(node => node.Directives))
        {
            if (schema.TryGetDirective(directive.Name, out var definition))
            {
                Add(directive.Arguments, definition.FindArgument);
            }
        }

        var own = listSize is null ? null : new SlicedSize(listSize, field, nodes[0], weights.DefaultListSize);
        if (listSize is { RequireOneSlicingArgument: true, SlicingArguments.IsEmpty: false })
        {
            _required.TryAdd(
                nodes[0],
                new RequiredSlice(own!, $"{parent.Name}.{field.Name}", string.Join(", ", listSize.SlicingArguments.Select(name => $"\"{name}\"")), document.LocationOf(nodes[0])));
        }

        SlicedSize? size = null;
        if (field.Type.NullableType is ListType)
        {
            size = listSize is { SizedFields.IsEmpty: true } ? own : sized is not null && sized.Names.Contains(field.Name) ? sized.Size : null;
        }

        var knownSize = field.Type.NullableType is not ListType ? 1 : size is null ? weights.DefaultListSize : size.Evaluate(VariableValues.Empty, out _);
        return new CostTerm
        {
            Weight = weight,
            Inputs = [.. inputs],
            Size = size is { IsConstant: false } ? size : null,
            KnownSize = knownSize,
            TypeWeight = weights.OfType(field.Type.Named),
            Below = Below(field, nodes, listSize is { SizedFields.IsEmpty: false } ? new SizedFields(own!, listSize.SizedFields) : null),
        };

        void Add(IEnumerable<ArgumentNode> arguments, Func<string, InputValueDefinition?> find)
        {
            foreach (var argument in arguments)
            {
                if (find(argument.Name) is not { } definition || (weights.OfInput(definition) == 0 && definition.Type.Named is not InputObjectType))
                {
                    continue;
                }

                var input = new InputCost(weights, definition, argument.Value);
                if (input.IsConstant)
                {
                    weight += input.Evaluate(VariableValues.Empty);
                }
                else
                {
                    inputs.Add(input);
                }
            }
        }
    }

    /// <summary>CollectFields() (spec section 6.3.2); whether something is delivered later does not matter here.</summary>
    private void Collect(ObjectType type, SelectionSetNode set, OrderedDictionary<string, List<FieldNode>> groups, HashSet<string> visited)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in set.Selections)
        {
            if (!selections.IsIncluded(selection.Directives))
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
                case FragmentSpreadNode spread when visited.Add(spread.Name):
                    if (selections.FindFragment(spread.Name, type) is { } fragment)
                    {
                        Collect(type, fragment.SelectionSet, groups, visited);
                    }

                    break;
                case InlineFragmentNode inline when selections.Applies(type, inline.TypeCondition):
                    Collect(type, inline.SelectionSet, groups, visited);
                    break;
            }
        }
    }

    /// <summary>Lists right below a field whose length its arguments say.</summary>
    private sealed record SizedFields(SlicedSize Size, System.Collections.Immutable.ImmutableArray<string> Names);

    private readonly struct BelowKey(FieldDefinition field, FieldNode[] nodes) : IEquatable<BelowKey>
    {
        private readonly FieldDefinition _field = field;
        private readonly FieldNode[] _nodes = nodes;

        public bool Equals(BelowKey other) => ReferenceEquals(_field, other._field) && _nodes.AsSpan().SequenceEqual(other._nodes);

        public override bool Equals(object? obj) => obj is BelowKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(RuntimeHelpers.GetHashCode(_field));
            foreach (var node in _nodes)
            {
                hash.Add(RuntimeHelpers.GetHashCode(node));
            }

            return hash.ToHashCode();
        }
    }
}
