using System.Reflection;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Subscriptions;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Where the events of a method with <see cref="SubscribeAttribute"/> come from.</summary>
internal static class SubscriptionSource
{
    public static FieldSubscriber Compile(ResolverCompiler resolvers, MethodInfo method, SubscribeAttribute attribute)
    {
        var message = method.GetParameters().SingleOrDefault(parameter => parameter.IsDefined(typeof(EventMessageAttribute)))
            ?? throw new SchemaException([$"Subscription resolver '{NameOf(method)}' has [Subscribe], so exactly one of its parameters must have [EventMessage]."]);
        if (attribute.With is { } with)
        {
            return resolvers.CompileSubscriber(FindSource(method, with), ResolverCompiler.NamesOf(resolvers.ArgumentsOf(method)));
        }

        var subscribe = (Func<IResolverContext, string, ValueTask<IAsyncEnumerable<object?>>>)typeof(SubscriptionSource)
            .GetMethod(nameof(SubscribeAsync), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(message.ParameterType)
            .CreateDelegate(typeof(Func<IResolverContext, string, ValueTask<IAsyncEnumerable<object?>>>));
        var topic = CompileTopic(resolvers, method);
        return context => subscribe(context, topic(context));
    }

    public static MethodInfo FindSource(MethodInfo method, string name) => method.DeclaringType!.GetMethods().SingleOrDefault(candidate => candidate.Name == name)
        ?? throw new SchemaException([$"Subscription resolver '{NameOf(method)}' takes its events from '{name}', but '{method.DeclaringType}' has not exactly one public method of that name."]);

    private static Func<IResolverContext, string> CompileTopic(ResolverCompiler resolvers, MethodInfo method)
    {
        if (method.GetParameters().FirstOrDefault(parameter => parameter.IsDefined(typeof(TopicAttribute))) is { } parameter)
        {
            var name = ClrNaming.OfParameter(parameter);
            return context => Convert.ToString(context.ArgumentValue<object?>(name), System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
        }

        var format = method.GetCustomAttribute<TopicAttribute>()?.Name ?? method.Name;
        var arguments = resolvers.ArgumentsOf(method).Select(argument => (Placeholder: $"{{{argument.Name}}}", Name: ClrNaming.OfParameter(argument)))
            .Where(argument => format.Contains(argument.Placeholder, StringComparison.Ordinal)).ToArray();
        return context => arguments.Aggregate(
            format,
            (topic, argument) => topic.Replace(argument.Placeholder, Convert.ToString(context.ArgumentValue<object?>(argument.Name), System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    private static async ValueTask<IAsyncEnumerable<object?>> SubscribeAsync<T>(IResolverContext context, string topic)
    {
        var receiver = ResolverInvoker.GetService<ITopicEventReceiver>(context);
        return await ResolverInvoker.SubscribeStream(await receiver.SubscribeAsync<T>(topic, context.RequestAborted));
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType}.{method.Name}";
}
