using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Bounds how deep an operation nests fields. Introspection has a depth of its own that says nothing of the data, and is left out.</summary>
internal sealed class MaxDepthRule(ValidationContext context, int maxDepth) : ValidationRule(context)
{
    private readonly Dictionary<string, int> _fragmentDepths = new(StringComparer.Ordinal);

    public override void LeaveDocument(DocumentNode node)
    {
        foreach (var operation in node.Definitions.OfType<OperationDefinitionNode>())
        {
            var depth = DepthOf(operation.SelectionSet);
            if (depth > maxDepth)
            {
                Context.Errors.Add(new GraphQLError($"The operation{(operation.Name is null ? string.Empty : $" \"{operation.Name}\"")} is {depth} fields deep; at most {maxDepth} are allowed.")
                {
                    Code = ErrorCodes.TooDeep,
                    Locations = [Context.Document.LocationOf(operation)],
                });
            }
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
                FieldNode { Name: "__schema" or "__type" } => 1,
                FieldNode field => 1 + (field.SelectionSet is { } inner ? DepthOf(inner) : 0),
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
