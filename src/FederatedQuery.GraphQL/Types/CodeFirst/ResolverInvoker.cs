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

    public static ValueTask<object?> FromValue<T>(T value) => new((object?)value);

    public static ValueTask<object?> FromTask<T>(Task<T> task) =>
        task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : AwaitAsync(new ValueTask<T>(task));

    public static ValueTask<object?> FromValueTask<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : AwaitAsync(task);

    public static async ValueTask<object?> FromStream<T>(IAsyncEnumerable<T> stream, IResolverContext context)
    {
        var items = new List<T>();
        await foreach (var item in stream.WithCancellation(context.RequestAborted))
        {
            items.Add(item);
        }

        return items;
    }

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
