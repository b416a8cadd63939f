using System.Reflection;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Makes fields of the public methods and properties of classes.</summary>
internal sealed class ClrFieldFactory(ClrTypeMapper mapper, ResolverCompiler resolvers)
{
    /// <summary>The fields of a class's own type: those of the class, then those of its extensions.</summary>
    public IEnumerable<FieldDefinition> OfType(Type type, IReadOnlyList<(ExtendObjectTypeAttribute Attribute, Type Class)> extensions) =>
        MembersOf(type, isHolder: false)
            .Where(member => !extensions.Any(extension => TypeExtensions.Replaces(extension, member)))
            .Select(member => ToField(member, type, isSubscription: false))
            .Concat(extensions.SelectMany(extension => OfHolder(extension.Class, isSubscription: false)));

    /// <summary>The fields that a class lends to a root or to another type.</summary>
    public IEnumerable<FieldDefinition> OfHolder(Type holder, bool isSubscription)
    {
        // A method that [Subscribe(With = ...)] names is the source of another field, not a field.
        var sources = holder.GetMethods().Select(method => method.GetCustomAttribute<SubscribeAttribute>()?.With).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return MembersOf(holder, isHolder: true)
            .Where(member => !sources.Contains(member.Name))
            .Select(member => ToField(member, parentType: null, isSubscription));
    }

    /// <summary>Of members that hide each other, the one of the most derived class.</summary>
    public static T MostDerived<T>(IEnumerable<T> members)
        where T : MemberInfo => members.Aggregate((best, other) => best.DeclaringType!.IsAssignableFrom(other.DeclaringType) ? other : best);

    private static IEnumerable<MemberInfo> MembersOf(Type type, bool isHolder)
    {
        var flags = BindingFlags.Public | BindingFlags.Instance | (isHolder ? BindingFlags.Static : BindingFlags.Default);

        // An interface's members are its own only; what it inherits must be fields too.
        var members = type.IsInterface ? type.GetInterfaces().Append(type).SelectMany(each => each.GetMembers(flags)) : type.GetMembers(flags);
        var fields = members.Where(member => IsField(member, isHolder)).ToArray();
        return fields.Where(member => member is not PropertyInfo).Concat(fields.OfType<PropertyInfo>().GroupBy(property => property.Name).Select(MostDerived))
            .OrderBy(member => member.MetadataToken);
    }

    private static bool IsField(MemberInfo member, bool isHolder)
    {
        if (ClrMember.Has<GraphQLIgnoreAttribute>(member) || member.DeclaringType == typeof(object) || member.DeclaringType == typeof(ValueType))
        {
            return false;
        }

        return member switch
        {
            PropertyInfo property => property.CanRead && property.GetMethod!.IsPublic && property.GetIndexParameters().Length == 0,
            MethodInfo method => !method.IsSpecialName && !method.IsGenericMethodDefinition
                && method.GetBaseDefinition().DeclaringType != typeof(object) && method.GetBaseDefinition().DeclaringType != typeof(ValueType)
                && method.ReturnType != typeof(void) && !method.Name.StartsWith('<')
                && (isHolder || method.Name is not ("Deconstruct" or "Equals" or "CompareTo")),
            _ => false,
        };
    }

    private FieldDefinition ToField(MemberInfo member, Type? parentType, bool isSubscription) => member is PropertyInfo property
        ? ToField(property, parentType)
        : ToField((MethodInfo)member, parentType, isSubscription);

    private FieldDefinition ToField(PropertyInfo property, Type? parentType)
    {
        var shape = ClrTypeShape.OfProperty(property, isInput: false);
        var result = shape.WithoutTask();
        var item = result.StreamItem();
        var readsParent = parentType is not null && item is null && result.Type == shape.Type;
        var reader = readsParent ? ResolverCompiler.CompileProperty(property) : null;
        var resolver = readsParent ? null : resolvers.CompileResolver(property, parentType);
        var directives = mapper.Directives.Of(property);
        var around = FieldMiddlewares.Wrap(resolver, reader, directives);
        return new FieldDefinition(ClrNaming.OfMember(property), ToType(property, result, item))
        {
            Description = mapper.DescriptionOf(property),
            DeprecationReason = ClrNaming.DeprecationOf(property),
            AppliedDirectives = directives,
            PropertyReader = around is null ? reader : null,
            IsPure = around is null && !ClrTypeShape.GivesLater(property.PropertyType),
            Resolver = around ?? resolver,
        };
    }

    private FieldDefinition ToField(MethodInfo method, Type? parentType, bool isSubscription)
    {
        var shape = ClrTypeShape.OfReturn(method).WithoutTask();
        if (shape.Type == typeof(Task) || shape.Type == typeof(ValueTask))
        {
            throw new SchemaException([$"Resolver '{method.DeclaringType}.{method.Name}' must return a value: GraphQL has no void."]);
        }

        if (method.GetParameters().FirstOrDefault(parameter => parameter.ParameterType.IsByRef) is { } byReference)
        {
            throw new SchemaException([$"Parameter '{byReference.Name}' of resolver '{method.DeclaringType}.{method.Name}' must not be ref, in or out."]);
        }

        var item = shape.StreamItem();
        var subscribe = method.GetCustomAttribute<SubscribeAttribute>();
        if (isSubscription && item is null && subscribe is null)
        {
            throw new SchemaException([$"Subscription resolver '{method.DeclaringType}.{method.Name}' must return an IAsyncEnumerable, or have [Subscribe]."]);
        }

        var directives = mapper.Directives.Of(method);
        var resolver = isSubscription && subscribe is null ? null : resolvers.CompileResolver(method, parentType);
        return new FieldDefinition(
            ClrNaming.OfMember(method),
            isSubscription && subscribe is null ? mapper.References.ToType(method, item!.Value, isInput: false) : ToType(method, shape, item))
        {
            Description = mapper.DescriptionOf(method),
            DeprecationReason = ClrNaming.DeprecationOf(method),
            AppliedDirectives = directives,
            Arguments = [.. resolvers.ArgumentsOf(method).Select(mapper.Inputs.ToArgument)],
            Resolver = FieldMiddlewares.Wrap(resolver, reader: null, directives) ?? resolver,
            IsPure = !isSubscription && !ClrTypeShape.GivesLater(method.ReturnType),
            Subscriber = !isSubscription ? null : subscribe is null ? resolvers.CompileSubscriber(method) : SubscriptionSource.Compile(resolvers, method, subscribe),
        };
    }

    /// <summary>A stream of items is a list.</summary>
    private GraphQLType ToType(ICustomAttributeProvider member, ClrTypeShape shape, ClrTypeShape? item) => item is { } streamed
        ? WithList(mapper.References.ToType(member, streamed, isInput: false), shape.IsNullable)
        : mapper.References.ToType(member, shape, isInput: false);

    private static GraphQLType WithList(GraphQLType item, bool isNullable) => isNullable ? new ListType(item) : new NonNullType(new ListType(item));
}
