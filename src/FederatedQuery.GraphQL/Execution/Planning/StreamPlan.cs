using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>An active <c>@stream</c> on a field.</summary>
internal sealed class StreamPlan(string? label, ValueNode? initialCount)
{
    public string? Label { get; } = label;

    /// <summary>How many items the list starts with.</summary>
    /// <exception cref="GraphQLException">The variable is null or negative.</exception>
    public int GetInitialCount(VariableValues variables)
    {
        if (initialCount is null || (initialCount is VariableNode variable && !variables.TryGet(variable.Name, out _)))
        {
            return 0;
        }

        return InputCoercion.TryCoerceLiteral(initialCount, new NonNullType(IntScalar.Instance), variables, out var value, out _) && value is int count and >= 0
            ? count
            : throw new GraphQLException($"Argument \"initialCount\" of \"@stream\" must be an integer of 0 or more, not {value ?? initialCount}.", ErrorCodes.BadUserInput);
    }
}
