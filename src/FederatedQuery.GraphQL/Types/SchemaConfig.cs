using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

/// <summary>What a <see cref="Schema"/> is made of. Types reachable from the roots need not be listed.</summary>
public sealed record SchemaConfig
{
    public required ObjectType Query { get; init; }

    public ObjectType? Mutation { get; init; }

    public ObjectType? Subscription { get; init; }

    public string? Description { get; init; }

    /// <summary>Types that no field names, such as the object types behind an interface.</summary>
    public ImmutableArray<NamedType> Types { get; init; } = [];

    /// <summary>Directives on the schema itself.</summary>
    public ImmutableArray<AppliedDirective> AppliedDirectives { get; init; } = [];

    /// <summary>Directives beside those of the specification.</summary>
    public ImmutableArray<DirectiveDefinition> Directives { get; init; } = [];
}
