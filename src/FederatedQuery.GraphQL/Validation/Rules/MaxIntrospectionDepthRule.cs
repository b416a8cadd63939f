using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>
/// Bounds lists within lists below <c>__schema</c> and <c>__type</c> (<see cref="OperationLimits.MaxIntrospectionDepth"/>), the rule of that
/// name in graphql-js: <c>types { fields { type { fields { ... } } } }</c> multiplies the response by the schema at every level.
/// </summary>
internal sealed class MaxIntrospectionDepthRule(ValidationContext context, int maxDepth) : ValidationRule(context)
{
    private readonly Dictionary<string, int> _fragmentDepths = new(StringComparer.Ordinal);

    public override void EnterField(FieldNode node)
    {
        if (node is { Name: "__schema" or "__type", SelectionSet: { } set } && DepthOf(set) > maxDepth)
        {
            Context.Report(
                ErrorCodes.IntrospectionTooDeep,
                $"Maximum introspection depth exceeded: lists of the schema may nest {maxDepth} deep below \"{node.Name}\".",
                node);
        }
    }

    private int DepthOf(SelectionSetNode set)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var deepest = 0;
        foreach (var selection in set.Selections)
        {
            var depth = selection switch
            {
                FieldNode field => (field.Name is "fields" or "inputFields" or "interfaces" or "possibleTypes" ? 1 : 0)
                    + (field.SelectionSet is { } below ? DepthOf(below) : 0),
                InlineFragmentNode inline => DepthOf(inline.SelectionSet),
                FragmentSpreadNode spread => DepthOf(spread.Name),
                _ => 0,
            };
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    private int DepthOf(string fragmentName)
    {
        if (_fragmentDepths.TryGetValue(fragmentName, out var known))
        {
            return known;
        }

        // Zero stands while the fragment is being measured: a cycle is another rule's error.
        _fragmentDepths[fragmentName] = 0;
        return _fragmentDepths[fragmentName] = Context.Fragments.TryGetValue(fragmentName, out var fragment) ? DepthOf(fragment.SelectionSet) : 0;
    }
}
