using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Gives a field's value: an object, a list of objects, a leaf value, or null.</summary>
public delegate ValueTask<object?> FieldResolver(IResolverContext context);

/// <summary>Gives the source stream of a subscription field (spec section 6.2.3.1).</summary>
public delegate ValueTask<IAsyncEnumerable<object?>> FieldSubscriber(IResolverContext context);

/// <summary>A field of an object or interface (spec section 3.6).</summary>
public sealed class FieldDefinition(string name, GraphQLType type)
{
    public string Name { get; } = name;

    public GraphQLType Type { get; } = type;

    public string? Description { get; init; }

    /// <summary>Not null: the field is deprecated.</summary>
    public string? DeprecationReason { get; init; }

    public ImmutableArray<InputValueDefinition> Arguments { get; init; } = [];

    /// <summary>Directives other than those of the specification, in order.</summary>
    public ImmutableArray<AppliedDirective> AppliedDirectives { get; init; } = [];

    /// <summary>
    /// The resolver. Without one <see cref="PropertyReader"/> is asked, and without that the parent must be an
    /// <c>IReadOnlyDictionary&lt;string, object?&gt;</c>, in which the field's name is looked up.
    /// </summary>
    public FieldResolver? Resolver { get; init; }

    /// <summary>
    /// Whether the resolver answers at once, waiting for nothing. One that is not pure costs <c>DefaultResolverCost</c> where the field
    /// has no <c>@cost</c>. Default false; for C# methods and properties, whether they give no task.
    /// </summary>
    public bool IsPure { get; init; }

    /// <summary>Reads the value from the parent alone: no context is made and nothing waits.</summary>
    public PropertyReader? PropertyReader { get; init; }

    /// <summary>For fields of the subscription root. The resolver then sees each event as its parent; without resolver the event is the value.</summary>
    public FieldSubscriber? Subscriber { get; init; }

    public InputValueDefinition? FindArgument(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument;
            }
        }

        return null;
    }
}
