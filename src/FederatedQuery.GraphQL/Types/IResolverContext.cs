using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Types;

/// <summary>What a resolver may know of the field it answers. One per field and parent; valid until the field's value is complete.</summary>
public interface IResolverContext
{
    Schema Schema { get; }

    FieldDefinition Field { get; }

    /// <summary>The type that the field belongs to, also where it was selected on an interface or union.</summary>
    ObjectType ParentType { get; }

    /// <summary>Response keys (string) and indices (int) from the root to this field.</summary>
    IReadOnlyList<object> Path { get; }

    /// <summary>Set when the client has gone or the time for execution is over.</summary>
    CancellationToken RequestAborted { get; }

    /// <summary>The services of the request.</summary>
    IServiceProvider Services { get; }

    /// <summary>What the transport knows of the request: over HTTP and WebSockets the <c>HttpContext</c>. Null without a transport.</summary>
    object? TransportContext { get; }

    /// <summary>Things that transports and resolvers leave for each other, for this request. Safe for concurrent use.</summary>
    IDictionary<string, object?> ContextData { get; }

    /// <summary>The value of the object that the field belongs to.</summary>
    /// <exception cref="InvalidCastException">The parent is of another type.</exception>
    T Parent<T>();

    /// <summary>The coerced argument, its default when it was not given. Null for a nullable argument without either.</summary>
    /// <exception cref="ArgumentException">The field has no such argument.</exception>
    T ArgumentValue<T>(string name);

    /// <summary>The coerced argument by its place in <see cref="FieldDefinition.Arguments"/>.</summary>
    T ArgumentValue<T>(int index);

    /// <summary>As <see cref="ArgumentValue{T}(string)"/>, of another field that the operation selects.</summary>
    /// <exception cref="GraphQLException">A value that a variable gives does not fit.</exception>
    T ArgumentValue<T>(ISelectedField field, string name);

    /// <summary>Whether the request (or a default) gave the argument; a null that was given counts.</summary>
    bool HasArgument(string name);

    /// <summary>
    /// The coerced arguments of each directive of that name that the request put on the field, in document order; empty when there is none.
    /// An argument neither given nor defaulted is not in its dictionary.
    /// </summary>
    IReadOnlyList<IReadOnlyDictionary<string, object?>> GetDirectives(string name);

    /// <summary>Whether the request selects that field right below this one, for any type of the result.</summary>
    bool IsSelected(string fieldName);

    /// <summary>This field as the request selects it: the same object for all parents at one place of the operation.</summary>
    ISelectedField Selection { get; }

    /// <summary>All fields of the operation's root that the request selects, this one or the one above it among them.</summary>
    IEnumerable<ISelectedField> RootFields { get; }

    /// <summary>
    /// The operation's data loader of that class, made on first use: its constructor may ask for <see cref="IBatchScheduler"/>,
    /// <see cref="DataLoaderOptions"/>, other data loader classes, and services. It is not disposed of.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot be made; the message says why.</exception>
    T DataLoader<T>()
        where T : class, IDataLoader;

    /// <summary>The operation's data loader with that key, made by <paramref name="create"/> when there is none.</summary>
    /// <exception cref="InvalidOperationException">The one that is there is no <typeparamref name="T"/>.</exception>
    T GetOrAddDataLoader<T>(object key, Func<IBatchScheduler, DataLoaderOptions, T> create)
        where T : class, IDataLoader;

    /// <summary>
    /// Has something given back when all fields of the operation have been executed, before the response is sent; what keeps it from being called
    /// (a failure, parts that are delivered later) must be met by the disposal of a service of the request.
    /// </summary>
    void RegisterForCleanup(Func<ValueTask> cleanUp);

    /// <summary>Adds an error and goes on; the field keeps the value that the resolver returns. Location and path are filled in.</summary>
    void ReportError(GraphQLError error);

    /// <summary>
    /// Sets an entry of the response's <c>extensions</c>. The value is written as JSON when the response ends, so an
    /// <see cref="Serialization.IJsonResult"/> may still gather figures until then.
    /// </summary>
    void SetExtension(string key, object? value);
}
