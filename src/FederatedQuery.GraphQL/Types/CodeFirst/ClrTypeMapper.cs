using System.Reflection;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Makes GraphQL types of C# types, each once. Fields are made when the schema first asks for them, so types may refer to each other.</summary>
internal sealed class ClrTypeMapper
{
    private readonly ClrTypeSources _sources;
    private readonly ClrFieldFactory _fields;
    private readonly Dictionary<Type, NamedType> _outputs = [];
    private readonly Dictionary<Type, NamedType> _inputs = [];
    private readonly Dictionary<Type, ScalarType> _scalarClasses = [];

    public ClrTypeMapper(ClrTypeSources sources)
    {
        _sources = sources;
        References = new ClrTypeReferences(this, sources);
        Inputs = new ClrInputFactory(this);
        Directives = new DirectiveMapper(Inputs.ToInputField, DescriptionOf);
        _fields = new ClrFieldFactory(this, sources.Resolvers);
        Types = new ClrTypes(this);
    }

    public ClrTypes Types { get; }

    public ClrTypeReferences References { get; }

    public ClrInputFactory Inputs { get; }

    public DirectiveMapper Directives { get; }

    /// <summary>An object, interface, union, scalar or enum. What is marked as an input object becomes one.</summary>
    public NamedType Map(Type type) => type.IsDefined(typeof(InputObjectTypeAttribute)) || type.IsDefined(typeof(OneOfAttribute)) ? MapInput(type) : MapOutput(type);

    public NamedType MapOutput(Type type) => GetOrAdd(_outputs, type, isInput: false);

    public NamedType MapInput(Type type) => GetOrAdd(_inputs, type, isInput: true);

    /// <summary>The fields that a class lends to a root type.</summary>
    public IEnumerable<FieldDefinition> FieldsOfRoot(Type holder, bool isSubscription) => _fields.OfHolder(holder, isSubscription);

    public string? DescriptionOf(ICustomAttributeProvider member) => ClrNaming.DescriptionOf(member) ?? _sources.Documentation?.FindSummary(member);

    public ScalarType? FindScalar(Type type)
    {
        if (_sources.Scalars.TryGetValue(type, out var scalar) || BuiltInScalars.ByClrType.TryGetValue(type, out scalar))
        {
            return scalar;
        }

        var isJson = type == typeof(object)
            || typeof(System.Text.Json.Nodes.JsonNode).IsAssignableFrom(type)
            || typeof(IJsonResult).IsAssignableFrom(type)
            || typeof(IJsonStream).IsAssignableFrom(type)
            || typeof(IReadOnlyDictionary<string, object?>).IsAssignableFrom(type);
        return isJson ? JsonScalar.Instance : null;
    }

    /// <summary>The one instance of a scalar's class: a registered or built-in one, else made by its parameterless constructor.</summary>
    public ScalarType FindScalarOfClass(Type scalarClass)
    {
        if (!_scalarClasses.TryGetValue(scalarClass, out var scalar))
        {
            scalar = _sources.Scalars.Values.Concat(BuiltInScalars.All).Concat(_sources.NamedTypes.Values.OfType<ScalarType>())
                .FirstOrDefault(candidate => candidate.GetType() == scalarClass)
                ?? (scalarClass.GetConstructor(Type.EmptyTypes) is { } constructor
                    ? (ScalarType)constructor.Invoke(null)
                    : throw new SchemaException([$"Scalar class '{scalarClass}' needs a public constructor without parameters, or to be registered."]));
            _scalarClasses.Add(scalarClass, scalar);
        }

        return scalar;
    }

    private NamedType GetOrAdd(Dictionary<Type, NamedType> known, Type type, bool isInput)
    {
        if (!known.TryGetValue(type, out var mapped))
        {
            mapped = FindScalar(type) ?? (type.IsEnum
                ? (isInput ? _outputs : _inputs).GetValueOrDefault(type) ?? ToEnum(type)
                : isInput ? Inputs.ToInputObject(type) : ToComposite(type));
            known[type] = mapped;
        }

        return mapped;
    }

    private EnumType ToEnum(Type type)
    {
        if (type.IsDefined(typeof(FlagsAttribute)))
        {
            throw new SchemaException([$"Enum '{type}' has [Flags], but a GraphQL enum is one value. Give a list of an enum without [Flags] instead."]);
        }

        var values = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => !field.IsDefined(typeof(GraphQLIgnoreAttribute)))
            .Select(field => new EnumValueDefinition(ClrNaming.OfEnumValue(field), field.GetValue(null))
            {
                Description = DescriptionOf(field),
                DeprecationReason = ClrNaming.DeprecationOf(field),
                AppliedDirectives = Directives.Of(field),
            });
        return new EnumType(ClrNaming.OfType(type), values) { Description = DescriptionOf(type), AppliedDirectives = Directives.Of(type) };
    }

    private CompositeType ToComposite(Type type)
    {
        if (type.IsDefined(typeof(UnionTypeAttribute), inherit: false))
        {
            return new UnionType(ClrNaming.OfInterfaceType(type), () => ImplementationsOf(type).Select(ToMember))
            {
                Description = DescriptionOf(type),
                AppliedDirectives = Directives.Of(type),
            };
        }

        if (type.IsDefined(typeof(InterfaceTypeAttribute), inherit: false))
        {
            var name = ClrNaming.OfInterfaceType(type);
            return new InterfaceType(name, () => _fields.OfType(type, _sources.Extensions.Of(type, name)), () => InterfacesOf(type))
            {
                Description = DescriptionOf(type),
                AppliedDirectives = Directives.Of(type),
            };
        }

        if (type.IsInterface || type.IsAbstract || type.IsPrimitive || type.IsPointer || type.IsByRefLike || type == typeof(nint) || typeof(Delegate).IsAssignableFrom(type))
        {
            throw new SchemaException([$"C# type '{type}' has no GraphQL type. Mark it [InterfaceType] or [UnionType], map it to a scalar, or use [GraphQLType]."]);
        }

        var typeName = ClrNaming.OfType(type);
        return new ObjectType(typeName, () => _fields.OfType(type, _sources.Extensions.Of(type, typeName)), () => InterfacesOf(type))
        {
            ClrType = type,
            Description = DescriptionOf(type),
            AppliedDirectives = Directives.Of(type),
        };
    }

    private ObjectType ToMember(Type type) => MapOutput(type) as ObjectType
        ?? throw new SchemaException([$"C# type '{type}' is a member of a union but is no object type."]);

    private IEnumerable<InterfaceType> InterfacesOf(Type type)
    {
        var bases = new List<Type>(type.GetInterfaces());
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            bases.Add(parent);
        }

        return bases.Where(candidate => candidate.IsDefined(typeof(InterfaceTypeAttribute), inherit: false)).Select(candidate => (InterfaceType)MapOutput(candidate));
    }

    private IEnumerable<Type> ImplementationsOf(Type type) =>
        _sources.Registered.Where(candidate => candidate is { IsAbstract: false, IsInterface: false } && type.IsAssignableFrom(candidate));
}
