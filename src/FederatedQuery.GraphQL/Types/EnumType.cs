using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Types;

public sealed class EnumType : NamedType
{
    private readonly FrozenDictionary<object, EnumValueDefinition> _byValue;

    public EnumType(string name, IEnumerable<EnumValueDefinition> values)
        : base(name)
    {
        Values = new NamedList<EnumValueDefinition>(values, value => value.Name, $"Enum '{name}'");
        _byValue = Values.Items.DistinctBy(value => value.Value).ToFrozenDictionary(value => value.Value);
    }

    public NamedList<EnumValueDefinition> Values { get; }

    /// <summary>The value that a resolver's result stands for: the CLR value, or else the name as a string.</summary>
    public bool TryGetByValue(object value, [MaybeNullWhen(false)] out EnumValueDefinition definition) =>
        _byValue.TryGetValue(value, out definition) || (value is string name && Values.TryGet(name, out definition));
}

public sealed class EnumValueDefinition(string name, object? value = null)
{
    public string Name { get; } = name;

    /// <summary>What resolvers give and take; the name itself when nothing else was given.</summary>
    public object Value { get; } = value ?? name;

    public string? Description { get; init; }

    public string? DeprecationReason { get; init; }

    /// <summary>Directives other than those of the specification, in order.</summary>
    public ImmutableArray<AppliedDirective> AppliedDirectives { get; init; } = [];
}
