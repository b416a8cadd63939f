using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

public abstract class NamedType(string name) : GraphQLType
{
    public string Name { get; } = name;

    public string? Description { get; init; }

    /// <summary>Directives other than those of the specification, in order.</summary>
    public ImmutableArray<AppliedDirective> AppliedDirectives { get; init; } = [];

    public sealed override NamedType Named => this;

    public sealed override string ToString() => Name;
}

/// <summary>A type that has a selection set: object, interface or union.</summary>
public abstract class CompositeType(string name) : NamedType(name);

/// <summary>An object type or an interface.</summary>
public abstract class ComplexType : CompositeType
{
    private readonly Lazy<NamedList<FieldDefinition>> _fields;
    private readonly Lazy<NamedList<InterfaceType>> _interfaces;

    /// <param name="name">The type's name.</param>
    /// <param name="fields">Called once, when the schema is made: so types may name each other in circles.</param>
    /// <param name="interfaces">Likewise.</param>
    private protected ComplexType(string name, Func<IEnumerable<FieldDefinition>> fields, Func<IEnumerable<InterfaceType>>? interfaces)
        : base(name)
    {
        _fields = new(() => new NamedList<FieldDefinition>(fields(), field => field.Name, $"Type '{name}'"));
        _interfaces = new(() => new NamedList<InterfaceType>(interfaces?.Invoke() ?? [], type => type.Name, $"Type '{name}'"));
    }

    public NamedList<FieldDefinition> Fields => _fields.Value;

    /// <summary>All interfaces, those that interfaces implement included.</summary>
    public NamedList<InterfaceType> Interfaces => _interfaces.Value;
}

public sealed class ObjectType(string name, Func<IEnumerable<FieldDefinition>> fields, Func<IEnumerable<InterfaceType>>? interfaces = null)
    : ComplexType(name, fields, interfaces)
{
    /// <summary>The class whose instances are of this type; lets abstract types be resolved without a <c>ResolveType</c>.</summary>
    public Type? ClrType { get; init; }
}

public sealed class InterfaceType(string name, Func<IEnumerable<FieldDefinition>> fields, Func<IEnumerable<InterfaceType>>? interfaces = null)
    : ComplexType(name, fields, interfaces)
{
    /// <summary>Name of the object type of a value; null leaves it to the values' CLR types.</summary>
    public Func<object, string?>? ResolveType { get; init; }
}

public sealed class UnionType(string name, Func<IEnumerable<ObjectType>> types) : CompositeType(name)
{
    private readonly Lazy<NamedList<ObjectType>> _types = new(() => new NamedList<ObjectType>(types(), type => type.Name, $"Union '{name}'"));

    public NamedList<ObjectType> Types => _types.Value;

    /// <summary>Name of the object type of a value; null leaves it to the values' CLR types.</summary>
    public Func<object, string?>? ResolveType { get; init; }
}
