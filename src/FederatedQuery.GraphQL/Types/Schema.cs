using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using FederatedQuery.GraphQL.Types.Introspection;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A valid type system (spec section 3.3), immutable. To change a schema, make another and swap.</summary>
public sealed class Schema
{
    private readonly FrozenDictionary<string, NamedType> _types;
    private readonly FrozenDictionary<string, DirectiveDefinition> _directives;
    private readonly FrozenDictionary<NamedType, FrozenSet<ObjectType>> _possibleTypes;
    private readonly FrozenDictionary<Type, ObjectType> _byClrType;

    /// <exception cref="SchemaException">The types break rules of the specification; all breaches are listed.</exception>
    public Schema(SchemaConfig config)
    {
        Description = config.Description;
        QueryType = config.Query;
        MutationType = config.Mutation;
        SubscriptionType = config.Subscription;
        AppliedDirectives = config.AppliedDirectives;

        var types = new TypeCollector().Collect(config);
        _types = types.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
        _directives = UniqueDirectives(config.Directives).ToFrozenDictionary(directive => directive.Name, StringComparer.Ordinal);
        Types = [.. types.OrderBy(type => type.Name, StringComparer.Ordinal)];
        Directives = [.. _directives.Values.OrderBy(directive => directive.Name, StringComparer.Ordinal)];
        _possibleTypes = types.OfType<CompositeType>().ToFrozenDictionary<CompositeType, NamedType, FrozenSet<ObjectType>>(type => type, type => PossibleTypesOf(type, types));
        _byClrType = types.OfType<ObjectType>().Where(type => type.ClrType is not null)
            .DistinctBy(type => type.ClrType).ToFrozenDictionary(type => type.ClrType!);

        SchemaValidator.Validate(this).ThrowIfAny();
    }

    public string? Description { get; }

    public ObjectType QueryType { get; }

    public ObjectType? MutationType { get; }

    public ObjectType? SubscriptionType { get; }

    /// <summary>All types, those of introspection and the five built-in scalars included, by name.</summary>
    public IReadOnlyList<NamedType> Types { get; }

    /// <summary>The definitions, those of the specification included, by name.</summary>
    public IReadOnlyList<DirectiveDefinition> Directives { get; }

    /// <summary>Directives on the schema itself.</summary>
    public ImmutableArray<AppliedDirective> AppliedDirectives { get; }

    public bool TryGetType(string name, [MaybeNullWhen(false)] out NamedType type) => _types.TryGetValue(name, out type);

    public bool TryGetDirective(string name, [MaybeNullWhen(false)] out DirectiveDefinition directive) => _directives.TryGetValue(name, out directive);

    /// <summary>The object types that a value of the type may have; for an object type itself alone.</summary>
    public IReadOnlySet<ObjectType> GetPossibleTypes(CompositeType type) => _possibleTypes[type];

    /// <summary>Whether an object of the type may be a value of the named one, as a fragment's type condition asks.</summary>
    internal bool IsPossibleType(string name, ObjectType type) =>
        TryGetType(name, out var named) && named is CompositeType composite && GetPossibleTypes(composite).Contains(type);

    /// <summary>The object type whose <see cref="ObjectType.ClrType"/> is the class or the nearest of its base classes.</summary>
    public ObjectType? FindObjectType(Type clrType)
    {
        for (var type = clrType; type is not null; type = type.BaseType)
        {
            if (_byClrType.TryGetValue(type, out var found))
            {
                return found;
            }
        }

        return null;
    }

    public ObjectType? GetRootType(Language.Syntax.OperationType operation) => operation switch
    {
        Language.Syntax.OperationType.Mutation => MutationType,
        Language.Syntax.OperationType.Subscription => SubscriptionType,
        _ => QueryType,
    };

    /// <summary>IsSubType() of the specification: same type, member of the union, or implements the interface.</summary>
    public bool IsSubType(GraphQLType maybeSubType, GraphQLType superType) => (maybeSubType, superType) switch
    {
        (NonNullType sub, NonNullType super) => IsSubType(sub.OfType, super.OfType),
        (NonNullType sub, _) => IsSubType(sub.OfType, superType),
        (_, NonNullType) => false,
        (ListType sub, ListType super) => IsSubType(sub.OfType, super.OfType),
        (ListType, _) or (_, ListType) => false,
        (ObjectType sub, UnionType super) => super.Types.Contains(sub.Name),
        (ComplexType sub, InterfaceType super) => ReferenceEquals(sub, super) || sub.Interfaces.Contains(super.Name),
        _ => ReferenceEquals(maybeSubType, superType),
    };

    /// <summary>The field, <c>__typename</c> and the root's <c>__schema</c> and <c>__type</c> included.</summary>
    public FieldDefinition? FindField(CompositeType parent, string name)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            return name switch
            {
                "__typename" => MetaFields.TypeName,
                "__schema" when ReferenceEquals(parent, QueryType) => MetaFields.Schema,
                "__type" when ReferenceEquals(parent, QueryType) => MetaFields.Type,
                _ => null,
            };
        }

        return parent is ComplexType complex && complex.Fields.TryGet(name, out var field) ? field : null;
    }

    public static bool IsBuiltInScalar(NamedType type) => BuiltInScalars.Specified.Any(scalar => scalar.Name == type.Name);

    /// <exception cref="SchemaException">Two directives have one name.</exception>
    private static ImmutableArray<DirectiveDefinition> UniqueDirectives(ImmutableArray<DirectiveDefinition> added)
    {
        var all = SpecifiedDirectives.All.AddRange(added);
        var twice = all.GroupBy(directive => directive.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToArray();
        return twice.Length == 0 ? all : throw new SchemaException([.. twice.Select(name => $"There can be only one directive named \"@{name}\".")]);
    }

    private static FrozenSet<ObjectType> PossibleTypesOf(CompositeType type, IReadOnlyCollection<NamedType> types) => type switch
    {
        ObjectType self => new[] { self }.ToFrozenSet(),
        UnionType union => union.Types.Items.ToFrozenSet(),
        _ => types.OfType<ObjectType>().Where(candidate => candidate.Interfaces.Contains(type.Name)).ToFrozenSet(),
    };
}
