using System.ComponentModel;
using System.Reflection;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Makes GraphQL types of C# types, each once. Fields are made when the schema first asks for them, so types may refer to each other.</summary>
internal sealed class ClrTypeMapper(
    ResolverCompiler resolvers, IReadOnlyDictionary<Type, ScalarType> scalars, IReadOnlyDictionary<string, NamedType> namedTypes, ILookup<Type, Type> extensions, IReadOnlyCollection<Type> registered)
{
    private readonly Dictionary<Type, NamedType> _outputs = [];
    private readonly Dictionary<Type, NamedType> _inputs = [];

    private DirectiveMapper? _directives;

    public DirectiveMapper Directives => _directives ??= new DirectiveMapper((owner, property) => ToInputField(owner, property, ClrNaming.OfMember(property)));

    public NamedType MapOutput(Type type) => GetOrAdd(_outputs, type, isInput: false);

    /// <summary>The fields of a class: its own (<paramref name="parentType"/> is the class) or those it lends to a root or another type.</summary>
    public IEnumerable<FieldDefinition> FieldsOf(Type type, Type? parentType, bool isSubscription = false)
    {
        var flags = BindingFlags.Public | BindingFlags.Instance | (parentType is null ? BindingFlags.Static | BindingFlags.DeclaredOnly : BindingFlags.Default);
        foreach (var member in type.GetMembers(flags).Where(member => IsField(member, parentType is null)).OrderBy(member => member.MetadataToken))
        {
            yield return ToField(member, parentType, isSubscription);
        }
    }

    private static bool IsField(MemberInfo member, bool isResolverClass)
    {
        if (member.IsDefined(typeof(GraphQLIgnoreAttribute)) || member.DeclaringType == typeof(object))
        {
            return false;
        }

        return member switch
        {
            PropertyInfo property => property.CanRead && property.GetMethod!.IsPublic && property.GetIndexParameters().Length == 0,
            MethodInfo method => !method.IsSpecialName && !method.IsGenericMethodDefinition && method.GetBaseDefinition().DeclaringType != typeof(object)
                && method.ReturnType != typeof(void) && !method.Name.StartsWith('<')
                && (isResolverClass || method.Name is not ("Deconstruct" or "Equals" or "CompareTo")),
            _ => false,
        };
    }

    private FieldDefinition ToField(MemberInfo member, Type? parentType, bool isSubscription)
    {
        var name = ClrNaming.OfMember(member);
        var description = ClrNaming.DescriptionOf(member);
        var deprecation = ClrNaming.DeprecationOf(member);
        var applied = Directives.Of(member);
        if (member is PropertyInfo property)
        {
            var type = ToType(property, ClrTypeShape.OfProperty(property, isInput: false).WithoutTask(), isInput: false);
            var readsParent = parentType is not null && ClrTypeShape.OfProperty(property, isInput: false).WithoutTask().Type == (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            var reader = readsParent ? ResolverCompiler.CompileProperty(property) : null;
            var own = readsParent ? null : resolvers.CompileResolver(property, parentType);
            var around = FieldMiddlewares.Wrap(own, reader, applied);
            return new FieldDefinition(name, type)
            {
                Description = description,
                DeprecationReason = deprecation,
                AppliedDirectives = applied,
                PropertyReader = around is null ? reader : null,
                Resolver = around ?? own,
            };
        }

        var method = (MethodInfo)member;
        var shape = ClrTypeShape.OfReturn(method).WithoutTask();
        if (shape.Type == typeof(Task) || shape.Type == typeof(ValueTask))
        {
            throw new SchemaException([$"Resolver '{method.DeclaringType}.{method.Name}' must return a value: GraphQL has no void."]);
        }

        var item = shape.StreamItem();
        if (isSubscription && item is null)
        {
            throw new SchemaException([$"Subscription resolver '{method.DeclaringType}.{method.Name}' must return an IAsyncEnumerable."]);
        }

        var resolver = isSubscription ? null : resolvers.CompileResolver(method, parentType);
        GraphQLType Type(ClrTypeShape of) => ToType(method, of, isInput: false);
        return new FieldDefinition(name, item is { } streamed ? isSubscription ? Type(streamed) : new NonNullType(new ListType(Type(streamed))) : Type(shape))
        {
            Description = description,
            DeprecationReason = deprecation,
            AppliedDirectives = applied,
            Arguments = [.. method.GetParameters().Where(resolvers.IsArgument).Select(ToArgument)],
            Resolver = FieldMiddlewares.Wrap(resolver, reader: null, applied) ?? resolver,
            Subscriber = isSubscription ? resolvers.CompileSubscriber(method) : null,
        };
    }

    private InputValueDefinition ToArgument(ParameterInfo parameter)
    {
        var type = ToType(parameter, ClrTypeShape.OfParameter(parameter), isInput: true);
        var value = parameter.GetCustomAttribute<DefaultValueAttribute>()?.Value ?? ClrLiteral.DefaultOf(parameter);
        return new InputValueDefinition(ClrNaming.OfParameter(parameter), type)
        {
            Description = ClrNaming.DescriptionOf(parameter),
            DeprecationReason = ClrNaming.DeprecationOf(parameter),
            AppliedDirectives = Directives.Of(parameter),
            DefaultValue = value is null ? null : ClrLiteral.From(value, type),
        };
    }

    private GraphQLType ToType(ICustomAttributeProvider member, ClrTypeShape shape, bool isInput)
    {
        if (member.GetCustomAttributes(typeof(GraphQLTypeAttribute), false).FirstOrDefault() is GraphQLTypeAttribute given)
        {
            return FromNode(Utf8Parser.ParseType(given.Type));
        }

        var isId = member.IsDefined(typeof(IDAttribute), false);
        return ToType(shape, isInput, isId);
    }

    private GraphQLType ToType(ClrTypeShape shape, bool isInput, bool isId)
    {
        GraphQLType type = FindScalar(shape.Type) is null && shape.ListItem() is { } item
            ? new ListType(ToType(item, isInput, isId))
            : isId ? IdScalar.Instance : GetOrAdd(isInput ? _inputs : _outputs, shape.Type, isInput);
        return shape.IsNullable ? type : new NonNullType(type);
    }

    private GraphQLType FromNode(TypeNode node) => node switch
    {
        NonNullTypeNode nonNull => new NonNullType(FromNode(nonNull.Type)),
        ListTypeNode list => new ListType(FromNode(list.Type)),
        NamedTypeNode named => namedTypes.GetValueOrDefault(named.Name)
            ?? BuiltInScalars.All.FirstOrDefault(scalar => scalar.Name == named.Name)
            ?? throw new SchemaException([$"[GraphQLType(\"{node}\")] names the type '{named.Name}', which is neither a scalar nor registered."]),
        _ => throw new System.Diagnostics.UnreachableException($"Type reference '{node}'."),
    };

    private ScalarType? FindScalar(Type type)
    {
        if (scalars.TryGetValue(type, out var scalar) || BuiltInScalars.ByClrType.TryGetValue(type, out scalar))
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

    private NamedType GetOrAdd(Dictionary<Type, NamedType> known, Type type, bool isInput)
    {
        if (!known.TryGetValue(type, out var mapped))
        {
            mapped = FindScalar(type) ?? (type.IsEnum ? (isInput ? _outputs : _inputs).GetValueOrDefault(type) ?? ToEnum(type) : isInput ? ToInputObject(type) : ToComposite(type));
            known[type] = mapped;
        }

        return mapped;
    }

    private EnumType ToEnum(Type type) => new(
        ClrNaming.OfType(type),
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => !field.IsDefined(typeof(GraphQLIgnoreAttribute)))
            .Select(field => new EnumValueDefinition(ClrNaming.OfEnumValue(field), field.GetValue(null))
            {
                Description = ClrNaming.DescriptionOf(field),
                DeprecationReason = ClrNaming.DeprecationOf(field),
                AppliedDirectives = Directives.Of(field),
            }))
    {
        Description = ClrNaming.DescriptionOf(type),
        AppliedDirectives = Directives.Of(type),
    };

    private NamedType ToComposite(Type type)
    {
        if (type.IsDefined(typeof(UnionTypeAttribute), inherit: false))
        {
            return new UnionType(ClrNaming.OfInterfaceType(type), () => ImplementationsOf(type).Select(member => (ObjectType)MapOutput(member)))
            {
                Description = ClrNaming.DescriptionOf(type),
                AppliedDirectives = Directives.Of(type),
            };
        }

        if (type.IsDefined(typeof(InterfaceTypeAttribute), inherit: false))
        {
            return new InterfaceType(ClrNaming.OfInterfaceType(type), () => FieldsOf(type, type), () => InterfacesOf(type))
            {
                Description = ClrNaming.DescriptionOf(type),
                AppliedDirectives = Directives.Of(type),
            };
        }

        if (type.IsInterface || type.IsAbstract || type.IsPrimitive || type.IsPointer || type == typeof(nint))
        {
            throw new SchemaException([$"C# type '{type}' has no GraphQL type. Mark it [InterfaceType] or [UnionType], map it to a scalar, or use [GraphQLType]."]);
        }

        return new ObjectType(
            ClrNaming.OfType(type),
            () => FieldsOf(type, type).Concat(extensions[type].SelectMany(extension => FieldsOf(extension, parentType: null))),
            () => InterfacesOf(type))
        {
            ClrType = type,
            Description = ClrNaming.DescriptionOf(type),
            AppliedDirectives = Directives.Of(type),
        };
    }

    private IEnumerable<InterfaceType> InterfacesOf(Type type)
    {
        var bases = new List<Type>(type.GetInterfaces());
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            bases.Add(parent);
        }

        return bases.Where(candidate => candidate.IsDefined(typeof(InterfaceTypeAttribute), inherit: false)).Select(candidate => (InterfaceType)MapOutput(candidate));
    }

    private IEnumerable<Type> ImplementationsOf(Type type) => registered.Where(candidate => candidate is { IsAbstract: false, IsInterface: false } && type.IsAssignableFrom(candidate));

    private InputObjectType ToInputObject(Type type)
    {
        if (type.IsInterface || type.IsAbstract || type.IsPrimitive)
        {
            throw new SchemaException([$"C# type '{type}' cannot be an input: it is abstract or has no scalar. If it is a service, mark the parameter [Service]."]);
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !property.IsDefined(typeof(GraphQLIgnoreAttribute)) && property.GetIndexParameters().Length == 0)
            .OrderBy(property => property.MetadataToken)
            .Select(property => (Property: property, Field: ClrNaming.OfMember(property)))
            .ToArray();
        var factory = new InputObjectFactory(type, properties);
        return new InputObjectType(ClrNaming.OfInputType(type), () => properties.Select(property => ToInputField(type, property.Property, property.Field)))
        {
            Description = ClrNaming.DescriptionOf(type),
            AppliedDirectives = Directives.Of(type),
            IsOneOf = type.IsDefined(typeof(OneOfAttribute)),
            CreateInstance = factory.Create,
        };
    }

    private InputValueDefinition ToInputField(Type owner, PropertyInfo property, string name)
    {
        var type = ToType(property, ClrTypeShape.OfProperty(property, isInput: true), isInput: true);
        var parameter = owner.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .FirstOrDefault(parameter => parameter.HasDefaultValue && string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase));
        var value = property.GetCustomAttribute<DefaultValueAttribute>()?.Value ?? (parameter is null ? null : ClrLiteral.DefaultOf(parameter));
        return new InputValueDefinition(name, type)
        {
            Description = ClrNaming.DescriptionOf(property),
            DeprecationReason = ClrNaming.DeprecationOf(property),
            AppliedDirectives = Directives.Of(property),
            DefaultValue = value is null ? null : ClrLiteral.From(value, type),
        };
    }
}
