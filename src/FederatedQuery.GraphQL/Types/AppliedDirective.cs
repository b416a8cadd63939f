using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// A directive on a member of the type system, such as <c>@cost(weight: "5")</c> on a field (spec section 3.13). <c>@deprecated</c>,
/// <c>@specifiedBy</c> and <c>@oneOf</c> are not among them: their members have properties for those.
/// </summary>
public sealed class AppliedDirective(string name, params IEnumerable<ArgumentNode> arguments)
{
    /// <summary>Without the at sign.</summary>
    public string Name { get; } = name;

    /// <summary>The arguments that were given, as constant literals.</summary>
    public ImmutableArray<ArgumentNode> Arguments { get; } = [.. arguments];

    /// <summary>What was applied in C#: the attribute. Null when the directive comes from SDL.</summary>
    public object? Instance { get; init; }

    /// <summary>The coerced values, defaults included; an argument with neither is not in it.</summary>
    /// <exception cref="SchemaException">The directive is not defined in the schema, or a value does not fit; never once the schema is valid.</exception>
    public IReadOnlyDictionary<string, object?> GetArgumentValues(Schema schema)
    {
        if (!schema.TryGetDirective(Name, out var definition))
        {
            throw new SchemaException([$"Unknown directive \"@{Name}\"."]);
        }

        return DirectiveArguments.TryCoerce(definition, Arguments, variables: null, out var values, out var error) ? values : throw new SchemaException([error]);
    }

    internal DirectiveNode ToNode() => new(0, Name, Arguments);

    public override string ToString() => ToNode().ToString();
}
