using System.Diagnostics.CodeAnalysis;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>CoerceArgumentValues() (spec section 6.4.1) for a directive.</summary>
internal static class DirectiveArguments
{
    /// <summary>An argument that was not given and has no default is left out of <paramref name="values"/>.</summary>
    public static bool TryCoerce(
        DirectiveDefinition definition,
        IReadOnlyList<ArgumentNode> arguments,
        VariableValues? variables,
        out Dictionary<string, object?> values,
        [NotNullWhen(false)] out string? error)
    {
        values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var argument in definition.Arguments)
        {
            var literal = arguments.FirstOrDefault(given => given.Name == argument.Name)?.Value;
            if (literal is VariableNode variable && (variables is null || !variables.TryGet(variable.Name, out _)))
            {
                literal = null;
            }

            literal ??= argument.DefaultValue;
            if (literal is null && !argument.IsRequired)
            {
                continue;
            }

            if (literal is null)
            {
                error = $"Argument \"@{definition.Name}({argument.Name}:)\" of type \"{argument.Type}\" is required, but it was not provided.";
                return false;
            }

            if (!InputCoercion.TryCoerceLiteral(literal, argument.Type, variables, out var value, out var problem))
            {
                error = $"Argument \"@{definition.Name}({argument.Name}:)\" has invalid value {literal}: {problem}";
                return false;
            }

            values[argument.Name] = value;
        }

        error = null;
        return true;
    }
}
