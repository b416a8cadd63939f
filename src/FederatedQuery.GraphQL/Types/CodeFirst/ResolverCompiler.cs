using System.Linq.Expressions;
using System.Reflection;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Compiles C# methods and properties into resolvers, once, when the schema is built.</summary>
internal sealed class ResolverCompiler(Func<Type, bool> isService, IReadOnlyList<ParameterBinder> binders, DataLoaderTypes dataLoaders)
{
    private static readonly MethodInfo ParentMethod = typeof(IResolverContext).GetMethod(nameof(IResolverContext.Parent))!;

    private static readonly MethodInfo ArgumentMethod = typeof(IResolverContext).GetMethods()
        .Single(method => method.Name == nameof(IResolverContext.ArgumentValue) && method.GetParameters()[0].ParameterType == typeof(int));

    /// <summary>The arguments of a field: of its method and, for a subscription, of the method that gives its events.</summary>
    public IReadOnlyList<ParameterInfo> ArgumentsOf(MethodInfo method)
    {
        var source = method.GetCustomAttribute<SubscribeAttribute>()?.With is { } with ? SubscriptionSource.FindSource(method, with) : null;
        return [.. method.GetParameters().Concat(source?.GetParameters() ?? []).Where(IsArgument).DistinctBy(ClrNaming.OfParameter)];
    }

    public static string[] NamesOf(IEnumerable<ParameterInfo> arguments) => [.. arguments.Select(ClrNaming.OfParameter)];

    /// <summary>Whether the parameter is an argument of the field, rather than something the server gives.</summary>
    public bool IsArgument(ParameterInfo parameter) => parameter.IsDefined(typeof(ArgumentAttribute)) || !IsProvided(parameter);

    private bool IsProvided(ParameterInfo parameter) => !(
        parameter.ParameterType != typeof(CancellationToken)
        && parameter.ParameterType != typeof(IResolverContext)
        && parameter.ParameterType != typeof(IServiceProvider)
        && !typeof(IDataLoader).IsAssignableFrom(parameter.ParameterType)
        && !parameter.IsDefined(typeof(ParentAttribute))
        && !parameter.IsDefined(typeof(ServiceAttribute))
        && !parameter.IsDefined(typeof(EventMessageAttribute))
        && !parameter.IsDefined(typeof(GlobalStateAttribute))
        && !isService(parameter.ParameterType)
        && FindBinding(parameter) is null);

    /// <summary>Reads a property of the parent itself.</summary>
    public static PropertyReader CompileProperty(PropertyInfo property)
    {
        // The cast is part of what is compiled: in shared generic code it would look its type up each time.
        var parent = Expression.Parameter(typeof(object), "parent");
        var value = Expression.Property(Expression.Convert(parent, property.DeclaringType!), property);
        var read = Expression.Lambda(typeof(Func<,>).MakeGenericType(typeof(object), property.PropertyType), value, parent).Compile();
        return (PropertyReader)Activator.CreateInstance(typeof(PropertyReader<>).MakeGenericType(property.PropertyType), read)!;
    }

    /// <param name="member">A method, or a property of a class that only holds resolvers.</param>
    /// <param name="parentType">The class of the object when the member belongs to it; null when it belongs to a class that holds resolvers.</param>
    public FieldResolver CompileResolver(MemberInfo member, Type? parentType)
    {
        var context = Expression.Parameter(typeof(IResolverContext), "context");
        var call = Call(member, parentType, context);
        return Expression.Lambda<FieldResolver>(Wrap(call, context), context).Compile();
    }

    /// <param name="method">A method that returns a stream, perhaps in a task.</param>
    /// <param name="argumentNames">The field's arguments in order; null when they are those of the method.</param>
    public FieldSubscriber CompileSubscriber(MethodInfo method, string[]? argumentNames = null)
    {
        var context = Expression.Parameter(typeof(IResolverContext), "context");
        var call = Call(method, parentType: null, context, argumentNames);
        var result = method.ReturnType;
        var definition = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        var stream = definition == typeof(Task<>) || definition == typeof(ValueTask<>) ? result.GetGenericArguments()[0] : result;
        if (!stream.IsGenericType || stream.GetGenericTypeDefinition() != typeof(IAsyncEnumerable<>))
        {
            throw new SchemaException([$"Method '{method.DeclaringType}.{method.Name}' gives the events of a subscription, so it must return an IAsyncEnumerable."]);
        }

        var (name, item) = definition == typeof(Task<>)
            ? (nameof(ResolverInvoker.SubscribeTask), result.GetGenericArguments()[0].GetGenericArguments()[0])
            : definition == typeof(ValueTask<>)
                ? (nameof(ResolverInvoker.SubscribeValueTask), result.GetGenericArguments()[0].GetGenericArguments()[0])
                : (nameof(ResolverInvoker.SubscribeStream), result.GetGenericArguments()[0]);
        return Expression.Lambda<FieldSubscriber>(Expression.Call(typeof(ResolverInvoker), name, [item], call), context).Compile();
    }

    private Expression Call(MemberInfo member, Type? parentType, ParameterExpression context, string[]? argumentNames = null)
    {
        if (member is PropertyInfo property)
        {
            var owner = property.GetMethod!.IsStatic ? null : Instance(property.DeclaringType!, parentType, context);
            return Expression.Property(owner, property);
        }

        var method = (MethodInfo)member;
        var names = argumentNames ?? NamesOf(ArgumentsOf(method));
        var arguments = method.GetParameters()
            .Select(parameter => IsArgument(parameter)
                ? Argument(parameter.ParameterType, Array.IndexOf(names, ClrNaming.OfParameter(parameter)), context)
                : Provided(parameter, context))
            .ToArray();
        return method.IsStatic
            ? Expression.Call(method, arguments)
            : Expression.Call(Instance(method.DeclaringType!, parentType, context), method, arguments);
    }

    private static Expression Instance(Type declaringType, Type? parentType, ParameterExpression context)
    {
        if (parentType is not null)
        {
            return Expression.Call(context, ParentMethod.MakeGenericMethod(declaringType));
        }

        return IsStateless(declaringType)
            ? Expression.Constant(Activator.CreateInstance(declaringType), declaringType)
            : Expression.Call(typeof(ResolverInvoker), nameof(ResolverInvoker.GetInstance), [declaringType], context);
    }

    /// <summary>All instances are alike, so one serves all requests, and a field that needs no other service does not have a scope made.</summary>
    private static bool IsStateless(Type type) =>
        type is { IsSealed: true, IsAbstract: false, ContainsGenericParameters: false }
        && !typeof(IDisposable).IsAssignableFrom(type)
        && !typeof(IAsyncDisposable).IsAssignableFrom(type)
        && type.GetConstructors() is [{ } constructor] && constructor.GetParameters().Length == 0
        && !HasFields(type);

    private static bool HasFields(Type type)
    {
        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            if (declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static MethodCallExpression Argument(Type type, int index, ParameterExpression context) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>)
            ? Expression.Call(typeof(ResolverInvoker), nameof(ResolverInvoker.GetOptional), type.GetGenericArguments(), context, Expression.Constant(index))
            : Expression.Call(context, ArgumentMethod.MakeGenericMethod(type), Expression.Constant(index));

    private Func<IResolverContext, object?>? FindBinding(ParameterInfo parameter) => binders.Select(binder => binder(parameter)).FirstOrDefault(binding => binding is not null);

    private Expression Provided(ParameterInfo parameter, ParameterExpression context)
    {
        var type = parameter.ParameterType;
        if (type == typeof(CancellationToken))
        {
            return Expression.Property(context, nameof(IResolverContext.RequestAborted));
        }

        if (type == typeof(IResolverContext))
        {
            return context;
        }

        if (type == typeof(IServiceProvider))
        {
            return Expression.Property(context, nameof(IResolverContext.Services));
        }

        if (typeof(IDataLoader).IsAssignableFrom(type))
        {
            return Expression.Call(context, nameof(IResolverContext.DataLoader), [dataLoaders.Find(parameter)]);
        }

        if (parameter.IsDefined(typeof(ParentAttribute)) || parameter.IsDefined(typeof(EventMessageAttribute)))
        {
            return Expression.Call(context, ParentMethod.MakeGenericMethod(type));
        }

        if (FindBinding(parameter) is { } binding)
        {
            return Expression.Convert(Expression.Invoke(Expression.Constant(binding), context), type);
        }

        var isOptional = ClrTypeShape.OfParameter(parameter).IsNullable;
        if (parameter.GetCustomAttribute<GlobalStateAttribute>() is { } state)
        {
            var fallback = parameter.HasDefaultValue ? ClrLiteral.DefaultOf(parameter) : null;
            return Expression.Call(
                typeof(ResolverInvoker),
                nameof(ResolverInvoker.GetGlobalState),
                [type],
                context,
                Expression.Constant(state.Key ?? parameter.Name!),
                Expression.Constant(isOptional || parameter.HasDefaultValue),
                Expression.Convert(Expression.Constant(fallback, typeof(object)), typeof(object)));
        }

        if (parameter.GetCustomAttribute<ServiceAttribute>()?.Key is { } key)
        {
            throw new SchemaException([$"Parameter '{parameter.Name}' of '{parameter.Member.DeclaringType}.{parameter.Member.Name}' asks for the service with key '{key}', but nothing that knows keyed services was added."]);
        }

        return isOptional && !type.IsValueType
            ? Expression.Convert(Expression.Call(Expression.Property(context, nameof(IResolverContext.Services)), nameof(IServiceProvider.GetService), null, Expression.Constant(type)), type)
            : Expression.Call(typeof(ResolverInvoker), nameof(ResolverInvoker.GetService), [type], context);
    }

    private static MethodCallExpression Wrap(Expression call, ParameterExpression context)
    {
        var definition = call.Type.IsGenericType ? call.Type.GetGenericTypeDefinition() : null;
        var (name, type) = definition == typeof(Task<>)
            ? (nameof(ResolverInvoker.FromTask), call.Type.GetGenericArguments()[0])
            : definition == typeof(ValueTask<>)
                ? (nameof(ResolverInvoker.FromValueTask), call.Type.GetGenericArguments()[0])
                : (nameof(ResolverInvoker.FromValue), call.Type);
        return Expression.Call(typeof(ResolverInvoker), name, [type], call);
    }
}
