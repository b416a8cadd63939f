using System.Collections.Immutable;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>The coerced arguments of a field, in the order of their definitions.</summary>
internal sealed class ArgumentValues(ImmutableArray<InputValueDefinition> definitions, object?[] values, bool[] given)
{
    public object? this[int index] => values[index];

    public bool IsGiven(int index) => given[index];

    /// <exception cref="ArgumentException">There is no such argument.</exception>
    public int IndexOf(string name)
    {
        for (var i = 0; i < definitions.Length; i++)
        {
            if (definitions[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"The field has no argument '{name}'. It has: {string.Join(", ", definitions.Select(definition => definition.Name))}.", nameof(name));
    }
}
