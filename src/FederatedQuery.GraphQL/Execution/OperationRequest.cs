using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Execution.Costs;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>One request: a document, the operation in it, and its variables.</summary>
public sealed class OperationRequest(ReadOnlyMemory<byte> document)
{
    private ConcurrentDictionary<string, object?>? _contextData;

    public OperationRequest(string document)
        : this(Encoding.UTF8.GetBytes(document))
    {
    }

    /// <summary>UTF-8. The bytes must not change until the request is done; the document cache takes a copy.</summary>
    public ReadOnlyMemory<byte> Document { get; } = document;

    /// <summary>Needed when the document has several operations.</summary>
    public string? OperationName { get; init; }

    /// <summary>A JSON object; null stands for none.</summary>
    public JsonElement? Variables { get; init; }

    public IServiceProvider Services { get; init; } = EmptyServices.Instance;

    /// <summary>See <see cref="Types.IResolverContext.TransportContext"/>.</summary>
    public object? TransportContext { get; init; }

    /// <summary>False refuses mutations, as a GET must.</summary>
    public bool AllowMutations { get; init; } = true;

    /// <summary>False refuses subscriptions, where the transport can give one response only.</summary>
    public bool AllowSubscriptions { get; init; } = true;

    /// <summary>Whether and how the transport takes the parts of a response that <c>@defer</c> and <c>@stream</c> put off.</summary>
    public IncrementalFormat IncrementalFormat { get; init; }

    /// <summary>Whether the response tells the cost of the operation.</summary>
    public CostReporting CostReporting { get; init; }

    /// <summary>See <see cref="Types.IResolverContext.ContextData"/>.</summary>
    public IDictionary<string, object?> ContextData => LazyInitializer.EnsureInitialized(ref _contextData, static () => new(StringComparer.Ordinal));

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
