using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>
/// Turns a valid operation into plans. A plan belongs to one outcome of the conditions in <c>@skip</c>, <c>@include</c>, <c>@defer</c> and
/// <c>@stream</c> (<paramref name="conditions"/>: the boolean variables they use), so executing it asks no conditions and keeps the specified
/// key order. Unless <paramref name="isIncremental"/>, nothing is deferred or streamed.
/// </summary>
internal sealed class OperationPlanner(
    Schema schema,
    FrozenDictionary<string, FragmentDefinitionNode> fragments,
    FrozenDictionary<string, bool?> conditions,
    bool isIncremental)
{
    public SelectionPlan PlanRoot(ObjectType type, OperationDefinitionNode operation)
    {
        var collected = new CollectedFields();
        Collect(type, operation.SelectionSet, null, collected);
        return ToPlan(type, collected, []);
    }

    /// <param name="type">The type of the object below the field.</param>
    /// <param name="fields">The field's selections.</param>
    /// <param name="usages">The deferred fragments that the field is executed for.</param>
    public SelectionPlan PlanSubfields(ObjectType type, FieldDetail[] fields, DeferUsage[] usages)
    {
        var collected = new CollectedFields();
        foreach (var field in fields)
        {
            if (field.Node.SelectionSet is { } set)
            {
                Collect(type, set, field.Usage, collected);
            }
        }

        return ToPlan(type, collected, usages);
    }

    /// <summary>The field's <c>@stream</c>, unless it is off.</summary>
    public StreamPlan? FindStream(FieldNode node) =>
        isIncremental && IncrementalDirectives.FindStream(node.Directives) is { } directive && IsOn(directive)
            ? new StreamPlan(LabelOf(directive), FindArgument(directive, "initialCount"))
            : null;

    /// <summary>BuildExecutionPlan() (incremental delivery): splits the fields by the deferred fragments that they are for.</summary>
    private SelectionPlan ToPlan(ObjectType type, CollectedFields collected, DeferUsage[] usages)
    {
        var now = new List<FieldPlan>();
        var later = new List<(DeferUsage[] Usages, List<FieldPlan> Fields)>();
        foreach (var details in collected.Groups.Values)
        {
            if (schema.FindField(type, details[0].Node.Name) is not { } definition)
            {
                continue;
            }

            var own = DeferUsage.Reduce(details);
            var field = new FieldPlan(this, type, definition, [.. details], own);
            if (DeferUsage.AreSame(own, usages))
            {
                now.Add(field);
                continue;
            }

            var group = later.FirstOrDefault(candidate => DeferUsage.AreSame(candidate.Usages, own)).Fields;
            if (group is null)
            {
                later.Add((own, group = []));
            }

            group.Add(field);
        }

        var incremental = collected.Usages.Count == 0 && later.Count == 0
            ? null
            : new IncrementalPlan([.. collected.Usages], [.. later.Select(group => new DeferredFields(group.Usages, new SelectionPlan(type, [.. group.Fields])))]);
        return new SelectionPlan(type, [.. now], incremental);
    }

    /// <summary>CollectFields() (spec section 6.3.2, with the deferred fragments of incremental delivery).</summary>
    private void Collect(ObjectType type, SelectionSetNode set, DeferUsage? usage, CollectedFields collected)
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
                    collected.Add(new FieldDetail(field, usage));
                    break;
                case FragmentSpreadNode spread:
                    if (FindFragment(spread.Name, type) is { } fragment)
                    {
                        var deferred = FindDefer(spread.Directives, usage);
                        if (collected.TryVisit(spread.Name, deferred ?? usage))
                        {
                            CollectFragment(type, fragment.SelectionSet, usage, deferred, collected);
                        }
                    }

                    break;
                case InlineFragmentNode inline when Applies(type, inline.TypeCondition):
                    CollectFragment(type, inline.SelectionSet, usage, FindDefer(inline.Directives, usage), collected);
                    break;
            }
        }
    }

    private void CollectFragment(ObjectType type, SelectionSetNode set, DeferUsage? outer, DeferUsage? deferred, CollectedFields collected)
    {
        if (deferred is not null)
        {
            collected.Usages.Add(deferred);
        }

        Collect(type, set, deferred ?? outer, collected);
    }

    private DeferUsage? FindDefer(ImmutableArray<DirectiveNode> directives, DeferUsage? parent) =>
        isIncremental && IncrementalDirectives.FindDefer(directives) is { } directive && IsOn(directive)
            ? new DeferUsage(directive, LabelOf(directive), parent)
            : null;

    /// <exception cref="GraphQLException">The variable of the directive's condition is null.</exception>
    private bool IsOn(DirectiveNode directive) => FindArgument(directive, "if") switch
    {
        BooleanValueNode literal => literal.Value,
        VariableNode variable => conditions[variable.Name] ?? throw new GraphQLException(
            $"Argument \"@{directive.Name}(if:)\" has invalid value: Expected variable \"${variable.Name}\" provided to non-null type \"Boolean!\" not to be null.",
            ErrorCodes.BadUserInput),
        _ => true,
    };

    private static string? LabelOf(DirectiveNode directive) => (FindArgument(directive, "label") as StringValueNode)?.Value;

    private static ValueNode? FindArgument(DirectiveNode directive, string name) =>
        directive.Arguments.FirstOrDefault(argument => argument.Name == name)?.Value;

    /// <summary>The fragment, if objects of the type have its fields.</summary>
    public FragmentDefinitionNode? FindFragment(string name, ObjectType type) =>
        fragments.TryGetValue(name, out var fragment) && Applies(type, fragment.TypeCondition) ? fragment : null;

    /// <summary>Whether objects of the type have the fragment's fields.</summary>
    public bool Applies(ObjectType type, NamedTypeNode? condition) => condition is null || schema.IsPossibleType(condition.Name, type);

    public IReadOnlySet<ObjectType> PossibleTypesOf(CompositeType type) => schema.GetPossibleTypes(type);

    public bool IsIncluded(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            if (directive.Name is "skip" or "include" && IsOn(directive) == (directive.Name == "skip"))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class CollectedFields
    {
        private readonly HashSet<(string Fragment, DirectiveNode? Defer)> _visited = [];

        public OrderedDictionary<string, List<FieldDetail>> Groups { get; } = new(StringComparer.Ordinal);

        /// <summary>The deferred fragments that begin here.</summary>
        public List<DeferUsage> Usages { get; } = [];

        public void Add(FieldDetail field)
        {
            if (!Groups.TryGetValue(field.Node.ResponseKey, out var details))
            {
                Groups.Add(field.Node.ResponseKey, details = []);
            }

            details.Add(field);
        }

        /// <summary>False when the fragment's fields are there already, outside of any deferred fragment or within the same.</summary>
        public bool TryVisit(string fragment, DeferUsage? usage) =>
            !_visited.Contains((fragment, null)) && _visited.Add((fragment, usage?.Directive));
    }
}
