using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>Sees every <c>IAsyncEnumerable</c> as one of objects; those of value types are boxed on the way.</summary>
internal static class AsyncSequences
{
    private static readonly MethodInfo BoxMethod = typeof(AsyncSequences).GetMethod(nameof(Box), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>By the class of the sequence, of which a program has only so many; null for classes that are no such sequences.</summary>
    private static readonly ConcurrentDictionary<Type, Func<object, IAsyncEnumerable<object?>>?> Known = new();

    public static IAsyncEnumerable<object?>? Find(object value) =>
        value as IAsyncEnumerable<object?> ?? Known.GetOrAdd(value.GetType(), CreateAdapter)?.Invoke(value);

    private static Func<object, IAsyncEnumerable<object?>>? CreateAdapter(Type type)
    {
        var sequence = type.GetInterfaces().FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
        return sequence is null
            ? null
            : BoxMethod.MakeGenericMethod(sequence.GetGenericArguments()).CreateDelegate<Func<object, IAsyncEnumerable<object?>>>();
    }

    private static IAsyncEnumerable<object?> Box<T>(object sequence) => BoxAsync((IAsyncEnumerable<T>)sequence);

    private static async IAsyncEnumerable<object?> BoxAsync<T>(IAsyncEnumerable<T> sequence, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in sequence.WithCancellation(cancellationToken))
        {
            yield return item;
        }
    }
}
