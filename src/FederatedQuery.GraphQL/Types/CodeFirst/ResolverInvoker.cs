using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>What compiled resolvers call: services, instances, and the shapes that C# methods return.</summary>
internal static class ResolverInvoker
{
    public static T GetService<T>(IResolverContext context)
        where T : notnull => context.Services.GetService(typeof(T)) is T service
            ? service
            : throw new InvalidOperationException($"Resolver of '{context.Field.Name}' needs the service '{typeof(T)}', which is not registered.");

    /// <summary>The class that holds resolvers: from the services, else made by its parameterless constructor.</summary>
    public static T GetInstance<T>(IResolverContext context)
        where T : notnull => context.Services.GetService(typeof(T)) is T instance ? instance : Activator.CreateInstance<T>();

    /// <exception cref="GraphQLException">Null was given where the value must not be null.</exception>
    public static Optional<T> GetOptional<T>(IResolverContext context, int index) => context.HasArgument(context.Field.Arguments[index].Name)
        ? InputConverter.ToOptional<T>(context.ArgumentValue<object?>(index))
        : default;

    public static T GetGlobalState<T>(IResolverContext context, string key, bool isOptional, object? fallback)
    {
        if (context.ContextData.TryGetValue(key, out var value) && value is not null)
        {
            return value is T typed ? typed : throw new InvalidOperationException($"Global state '{key}' is a '{value.GetType()}', but '{context.Field.Name}' asks for a '{typeof(T)}'.");
        }

        // T is nullable, or has the default value that is given here, when the state is optional.
        return isOptional ? (T)fallback! : throw new InvalidOperationException($"'{context.Field.Name}' needs the global state '{key}', which nothing has set.");
    }

    public static ValueTask<object?> FromValue<T>(T value) => new((object?)value);

    public static ValueTask<object?> FromTask<T>(Task<T> task) =>
        task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : AwaitAsync(new ValueTask<T>(task));

    public static ValueTask<object?> FromValueTask<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : AwaitAsync(task);

    public static ValueTask<IAsyncEnumerable<object?>> SubscribeStream<T>(IAsyncEnumerable<T> stream) => new(BoxAsync(stream));

    public static async ValueTask<IAsyncEnumerable<object?>> SubscribeTask<T>(Task<IAsyncEnumerable<T>> stream) => BoxAsync(await stream);

    public static async ValueTask<IAsyncEnumerable<object?>> SubscribeValueTask<T>(ValueTask<IAsyncEnumerable<T>> stream) => BoxAsync(await stream);

    private static async ValueTask<object?> AwaitAsync<T>(ValueTask<T> task) => await task;

    private static async IAsyncEnumerable<object?> BoxAsync<T>(
        IAsyncEnumerable<T> stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in stream.WithCancellation(cancellationToken))
        {
            yield return item;
        }
    }
}
