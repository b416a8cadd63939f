using System.Linq.Expressions;
using System.Reflection;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Compiles C# methods and properties into resolvers, once, when the schema is built.</summary>
internal sealed class ResolverCompiler(Func<Type, bool> isService, DataLoaderTypes dataLoaders)
{
    private static readonly MethodInfo ParentMethod = typeof(IResolverContext).GetMethod(nameof(IResolverContext.Parent))!;

    private static readonly MethodInfo ArgumentMethod = typeof(IResolverContext).GetMethods()
        .Single(method => method.Name == nameof(IResolverContext.ArgumentValue) && method.GetParameters()[0].ParameterType == typeof(int));

    /// <summary>Whether the parameter is an argument of the field, rather than something the server gives.</summary>
    public bool IsArgument(ParameterInfo parameter) =>
        parameter.ParameterType != typeof(CancellationToken)
        && parameter.ParameterType != typeof(IResolverContext)
        && parameter.ParameterType != typeof(IServiceProvider)
        && !typeof(IDataLoader).IsAssignableFrom(parameter.ParameterType)
        && !parameter.IsDefined(typeof(ParentAttribute))
        && !parameter.IsDefined(typeof(ServiceAttribute))
        && !isService(parameter.ParameterType);

    /// <summary>Reads a property of the parent itself.</summary>
    public static PropertyReader CompileProperty(PropertyInfo property)
    {
        var parent = Expression.Parameter(property.DeclaringType!, "parent");
        var read = Expression.Lambda(Expression.Property(parent, property), parent).Compile();
        return (PropertyReader)typeof(PropertyReader).GetMethod(nameof(PropertyReader.Create))!
            .MakeGenericMethod(property.DeclaringType!, property.PropertyType).Invoke(null, [read])!;
    }

    /// <param name="member">A method, or a property of a class that only holds resolvers.</param>
    /// <param name="parentType">The class of the object when the member belongs to it; null when it belongs to a class that holds resolvers.</param>
    public FieldResolver CompileResolver(MemberInfo member, Type? parentType)
    {
        var context = Expression.Parameter(typeof(IResolverContext), "context");
        var call = Call(member, parentType, context);
        return Expression.Lambda<FieldResolver>(Wrap(call, context), context).Compile();
    }

    public FieldSubscriber CompileSubscriber(MethodInfo method)
    {
        var context = Expression.Parameter(typeof(IResolverContext), "context");
        var call = Call(method, parentType: null, context);
        var result = method.ReturnType;
        var definition = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        var (name, item) = definition == typeof(Task<>)
            ? (nameof(ResolverInvoker.SubscribeTask), result.GetGenericArguments()[0].GetGenericArguments()[0])
            : definition == typeof(ValueTask<>)
                ? (nameof(ResolverInvoker.SubscribeValueTask), result.GetGenericArguments()[0].GetGenericArguments()[0])
                : (nameof(ResolverInvoker.SubscribeStream), result.GetGenericArguments()[0]);
        return Expression.Lambda<FieldSubscriber>(Expression.Call(typeof(ResolverInvoker), name, [item], call), context).Compile();
    }

    private Expression Call(MemberInfo member, Type? parentType, ParameterExpression context)
    {
        if (member is PropertyInfo property)
        {
            var owner = property.GetMethod!.IsStatic ? null : Instance(property.DeclaringType!, parentType, context);
            return Expression.Property(owner, property);
        }

        var method = (MethodInfo)member;
        var index = 0;
        var arguments = method.GetParameters()
            .Select(parameter => IsArgument(parameter)
                ? Expression.Call(context, ArgumentMethod.MakeGenericMethod(parameter.ParameterType), Expression.Constant(index++))
                : Provided(parameter, context))
            .ToArray();
        return method.IsStatic
            ? Expression.Call(method, arguments)
            : Expression.Call(Instance(method.DeclaringType!, parentType, context), method, arguments);
    }

    private static MethodCallExpression Instance(Type declaringType, Type? parentType, ParameterExpression context) => parentType is null
        ? Expression.Call(typeof(ResolverInvoker), nameof(ResolverInvoker.GetInstance), [declaringType], context)
        : Expression.Call(context, ParentMethod.MakeGenericMethod(declaringType));

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

        return parameter.IsDefined(typeof(ParentAttribute))
            ? Expression.Call(context, ParentMethod.MakeGenericMethod(type))
            : Expression.Call(typeof(ResolverInvoker), nameof(ResolverInvoker.GetService), [type], context);
    }

    private static MethodCallExpression Wrap(Expression call, ParameterExpression context)
    {
        var definition = call.Type.IsGenericType ? call.Type.GetGenericTypeDefinition() : null;
        if (definition == typeof(IAsyncEnumerable<>))
        {
            return Expression.Call(typeof(ResolverInvoker), nameof(ResolverInvoker.FromStream), [call.Type.GetGenericArguments()[0]], call, context);
        }

        var (name, type) = definition == typeof(Task<>)
            ? (nameof(ResolverInvoker.FromTask), call.Type.GetGenericArguments()[0])
            : definition == typeof(ValueTask<>)
                ? (nameof(ResolverInvoker.FromValueTask), call.Type.GetGenericArguments()[0])
                : (nameof(ResolverInvoker.FromValue), call.Type);
        return Expression.Call(typeof(ResolverInvoker), name, [type], call);
    }
}
