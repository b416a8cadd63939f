using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>Custom directives that a request puts on a field, for resolvers that ask.</summary>
internal static class FieldDirectives
{
    /// <exception cref="GraphQLException">A value does not fit its argument; only variables can still bring that about.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, object?>> Coerce(
        Schema schema, ImmutableArray<FieldNode> nodes, VariableValues variables, string name)
    {
        if (!schema.TryGetDirective(name, out var definition))
        {
            return [];
        }

        List<IReadOnlyDictionary<string, object?>>? found = null;
        foreach (var node in nodes)
        {
            foreach (var directive in node.Directives)
            {
                if (directive.Name == name)
                {
                    (found ??= []).Add(DirectiveArguments.TryCoerce(definition, directive.Arguments, variables, out var values, out var error)
                        ? values
                        : throw new GraphQLException(error, ErrorCodes.BadUserInput));
                }
            }
        }

        return found ?? [];
    }
}
