using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types.Introspection;

/// <summary>The introspection schema (spec section 4.2), with <c>isOneOf</c> and deprecated input values.</summary>
internal static class IntrospectionTypes
{
    private static readonly InputValueDefinition IncludeDeprecated = new("includeDeprecated", NonNull(BooleanScalar.Instance))
    {
        DefaultValue = new Language.Syntax.BooleanValueNode(0, false),
    };

    public static EnumType TypeKind { get; } = new(
        "__TypeKind",
        new[] { "SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL" }.Select(name => new EnumValueDefinition(name)))
    {
        Description = "An enum describing what kind of type a given `__Type` is.",
    };

    public static EnumType DirectiveLocation { get; } = new(
        "__DirectiveLocation",
        new[]
        {
            "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION",
            "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE",
            "INPUT_OBJECT", "INPUT_FIELD_DEFINITION",
        }.Select(name => new EnumValueDefinition(name)))
    {
        Description = "A Directive can be adjacent to many parts of the GraphQL language, a __DirectiveLocation describes one such possible adjacencies.",
    };

    public static ObjectType EnumValue { get; } = new("__EnumValue", static () =>
    [
        Field<EnumValueDefinition>("name", NonNull(StringScalar.Instance), value => value.Name),
        Field<EnumValueDefinition>("description", StringScalar.Instance, value => value.Description),
        Field<EnumValueDefinition>("isDeprecated", NonNull(BooleanScalar.Instance), value => value.DeprecationReason is not null),
        Field<EnumValueDefinition>("deprecationReason", StringScalar.Instance, value => value.DeprecationReason),
    ])
    {
        Description = "One possible value for a given Enum.",
    };

    public static ObjectType InputValue { get; } = new("__InputValue", static () =>
    [
        Field<InputValueDefinition>("name", NonNull(StringScalar.Instance), value => value.Name),
        Field<InputValueDefinition>("description", StringScalar.Instance, value => value.Description),
        Field<InputValueDefinition>("type", NonNull(Type!), value => value.Type),
        Field<InputValueDefinition>("defaultValue", StringScalar.Instance, value => value.DefaultValue?.ToString()),
        Field<InputValueDefinition>("isDeprecated", NonNull(BooleanScalar.Instance), value => value.DeprecationReason is not null),
        Field<InputValueDefinition>("deprecationReason", StringScalar.Instance, value => value.DeprecationReason),
    ])
    {
        Description = "Arguments provided to Fields or Directives and the input fields of an InputObject.",
    };

    public static ObjectType Field_ { get; } = new("__Field", static () =>
    [
        Field<FieldDefinition>("name", NonNull(StringScalar.Instance), field => field.Name),
        Field<FieldDefinition>("description", StringScalar.Instance, field => field.Description),
        Filtered<InputValueDefinition>("args", NonNull(ListOf(InputValue)), context => context.Parent<FieldDefinition>().Arguments, value => value.DeprecationReason),
        Field<FieldDefinition>("type", NonNull(Type!), field => field.Type),
        Field<FieldDefinition>("isDeprecated", NonNull(BooleanScalar.Instance), field => field.DeprecationReason is not null),
        Field<FieldDefinition>("deprecationReason", StringScalar.Instance, field => field.DeprecationReason),
    ])
    {
        Description = "Object and Interface types are described by a list of Fields, each of which has a name, potentially a list of arguments, and a return type.",
    };

    public static ObjectType Directive { get; } = new("__Directive", static () =>
    [
        Field<DirectiveDefinition>("name", NonNull(StringScalar.Instance), directive => directive.Name),
        Field<DirectiveDefinition>("description", StringScalar.Instance, directive => directive.Description),
        Field<DirectiveDefinition>("isRepeatable", NonNull(BooleanScalar.Instance), directive => directive.IsRepeatable),
        Field<DirectiveDefinition>("locations", NonNull(ListOf(DirectiveLocation)), directive => directive.Locations),
        Filtered<InputValueDefinition>("args", NonNull(ListOf(InputValue)), context => context.Parent<DirectiveDefinition>().Arguments, value => value.DeprecationReason),
    ])
    {
        Description = "A Directive provides a way to describe alternate runtime execution and type validation behavior in a GraphQL document.",
    };

    public static ObjectType Type { get; } = new("__Type", static () =>
    [
        Field<GraphQLType>("kind", NonNull(TypeKind), KindOf),
        Field<GraphQLType>("name", StringScalar.Instance, type => (type as NamedType)?.Name),
        Field<GraphQLType>("description", StringScalar.Instance, type => (type as NamedType)?.Description),
        Field<GraphQLType>("specifiedByURL", StringScalar.Instance, type => (type as ScalarType)?.SpecifiedBy),
        Filtered<FieldDefinition>("fields", ListOf(Field_), context => (context.Parent<GraphQLType>() as ComplexType)?.Fields.Items, field => field.DeprecationReason),
        Field<GraphQLType>("interfaces", ListOf(Type!), type => (type as ComplexType)?.Interfaces.Items),
        new FieldDefinition("possibleTypes", ListOf(Type!))
        {
            Resolver = static context => ValueTask.FromResult<object?>(
                context.Parent<GraphQLType>() is UnionType or InterfaceType
                    ? context.Schema.GetPossibleTypes((CompositeType)context.Parent<GraphQLType>()).OrderBy(type => type.Name, StringComparer.Ordinal)
                    : null),
        },
        Filtered<EnumValueDefinition>("enumValues", ListOf(EnumValue), context => (context.Parent<GraphQLType>() as EnumType)?.Values.Items, value => value.DeprecationReason),
        Filtered<InputValueDefinition>("inputFields", ListOf(InputValue), context => (context.Parent<GraphQLType>() as InputObjectType)?.Fields.Items, value => value.DeprecationReason),
        Field<GraphQLType>("ofType", Type!, type => type switch { ListType list => list.OfType, NonNullType nonNull => nonNull.OfType, _ => null }),
        Field<GraphQLType>("isOneOf", BooleanScalar.Instance, type => (type as InputObjectType)?.IsOneOf),
    ])
    {
        Description = "The fundamental unit of any GraphQL Schema is the type. There are many kinds of types in GraphQL as represented by the `__TypeKind` enum.",
    };

    public static ObjectType Schema { get; } = new("__Schema", static () =>
    [
        Field<Schema>("description", StringScalar.Instance, schema => schema.Description),
        Field<Schema>("types", NonNull(ListOf(Type)), schema => schema.Types),
        Field<Schema>("queryType", NonNull(Type), schema => schema.QueryType),
        Field<Schema>("mutationType", Type, schema => schema.MutationType),
        Field<Schema>("subscriptionType", Type, schema => schema.SubscriptionType),
        Field<Schema>("directives", NonNull(ListOf(Directive)), schema => schema.Directives),
    ])
    {
        Description = "A GraphQL Schema defines the capabilities of a GraphQL server. It exposes all available types and directives on the server, as well as the entry points for query, mutation, and subscription operations.",
    };

    /// <summary>The type of that name, or null.</summary>
    public static NamedType? Find(string name) =>
        new NamedType[] { Schema, Type, Field_, InputValue, EnumValue, Directive, TypeKind, DirectiveLocation }.FirstOrDefault(type => type.Name == name);

    /// <summary>Whether the type is one of these, not merely named like one.</summary>
    public static bool Contains(NamedType type) => ReferenceEquals(Find(type.Name), type);

    private static NonNullType NonNull(GraphQLType type) => new(type);

    private static ListType ListOf(GraphQLType type) => new(new NonNullType(type));

    private static FieldDefinition Field<TParent>(string name, GraphQLType type, Func<TParent, object?> read)
        where TParent : notnull => new(name, type) { PropertyReader = PropertyReader.Create(read) };

    /// <summary>A list that leaves deprecated items out unless asked for them.</summary>
    private static FieldDefinition Filtered<T>(
        string name, GraphQLType type, Func<IResolverContext, IEnumerable<T>?> read, Func<T, string?> deprecationReasonOf) => new(name, type)
        {
            Arguments = [IncludeDeprecated],
            Resolver = context => ValueTask.FromResult<object?>(
                context.ArgumentValue<bool>(0) ? read(context) : read(context)?.Where(item => deprecationReasonOf(item) is null)),
        };

    private static string KindOf(GraphQLType type) => type switch
    {
        ScalarType => "SCALAR",
        ObjectType => "OBJECT",
        InterfaceType => "INTERFACE",
        UnionType => "UNION",
        EnumType => "ENUM",
        InputObjectType => "INPUT_OBJECT",
        ListType => "LIST",
        NonNullType => "NON_NULL",
        _ => throw new System.Diagnostics.UnreachableException($"Type '{type}' has no kind."),
    };
}
