using System.Collections.Frozen;
using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>The variables that decide what a document includes.</summary>
internal static class OperationConditions
{
    /// <summary>
    /// Names of the variables in the <c>if</c> of <c>@skip</c>, <c>@include</c>, <c>@defer</c> and <c>@stream</c> anywhere in the document,
    /// without repeats; and whether it has any of the last two.
    /// </summary>
    public static ImmutableArray<string> Find(DocumentNode document, out bool hasIncremental)
    {
        hasIncremental = false;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<SelectionSetNode>();
        foreach (var definition in document.Definitions)
        {
            var set = (definition as OperationDefinitionNode)?.SelectionSet ?? (definition as FragmentDefinitionNode)?.SelectionSet;
            if (set is not null)
            {
                open.Push(set);
            }
        }

        while (open.TryPop(out var set))
        {
            foreach (var selection in set.Selections)
            {
                foreach (var directive in selection.Directives)
                {
                    hasIncremental |= directive.Name is "defer" or "stream";
                    if (directive.Name is "skip" or "include" or "defer" or "stream"
                        && directive.Arguments.FirstOrDefault(argument => argument.Name == "if")?.Value is VariableNode variable)
                    {
                        names.Add(variable.Name);
                    }
                }

                var inner = (selection as FieldNode)?.SelectionSet ?? (selection as InlineFragmentNode)?.SelectionSet;
                if (inner is not null)
                {
                    open.Push(inner);
                }
            }
        }

        return [.. names];
    }

    /// <summary>
    /// The values of those that the operation at hand has. One without a value counts as true: validation lets that happen for <c>@defer</c>
    /// and <c>@stream</c> alone, where it is the default, or the variable belongs to another operation. One with a default may still be
    /// given as null: that is an error of the selection set that has the condition, if it gets to be executed.
    /// </summary>
    public static FrozenDictionary<string, bool?> Evaluate(ImmutableArray<string> names, VariableValues variables)
    {
        if (names.IsEmpty)
        {
            return FrozenDictionary<string, bool?>.Empty;
        }

        var values = new Dictionary<string, bool?>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            values[name] = !variables.TryGet(name, out var value) ? true : value as bool?;
        }

        return values.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
