using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>An argument, or a field of an input object.</summary>
public sealed class InputValueDefinition(string name, GraphQLType type)
{
    public string Name { get; } = name;

    public GraphQLType Type { get; } = type;

    public string? Description { get; init; }

    /// <summary>Not null: the argument or field is deprecated.</summary>
    public string? DeprecationReason { get; init; }

    /// <summary>A constant literal that the type takes.</summary>
    public ValueNode? DefaultValue { get; init; }

    /// <summary>Directives other than those of the specification, in order.</summary>
    public ImmutableArray<AppliedDirective> AppliedDirectives { get; init; } = [];

    /// <summary>Non-null and without default: the request must give it.</summary>
    public bool IsRequired => Type.IsNonNull && DefaultValue is null;
}
