using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A directive (spec section 3.13).</summary>
public sealed class DirectiveDefinition(string name, ImmutableArray<string> locations)
{
    public string Name { get; } = name;

    public string? Description { get; init; }

    public ImmutableArray<InputValueDefinition> Arguments { get; init; } = [];

    public bool IsRepeatable { get; init; }

    /// <summary>Names of spec section 3.13, such as <c>FIELD</c>.</summary>
    public ImmutableArray<string> Locations { get; } = locations;

    public InputValueDefinition? FindArgument(string name) => Arguments.FirstOrDefault(argument => argument.Name == name);
}
