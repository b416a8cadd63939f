using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>What the operations of one request read of typed tables. Scoped: what an operation could not give back itself is given back with it.</summary>
internal sealed class RequestReads(RowReader reader, TableRegistry registry) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IDictionary<string, object?>, OperationReads> _operations = new(ReferenceEqualityComparer.Instance);
    private readonly List<OperationReads> _all = [];

    /// <summary>The reads of the operation that a field belongs to.</summary>
    public static OperationReads Of(IResolverContext context, TypeTables types) => context.Services.GetRequiredService<RequestReads>().Find(context, types);

    /// <summary>Ends the reads of the operation that a field belongs to: what is asked for from now on is read anew, in a session that begins then.</summary>
    public static ValueTask RenewAsync(IResolverContext context) => context.Services.GetRequiredService<RequestReads>().EndAsync(context);

    public async ValueTask DisposeAsync()
    {
        foreach (var operation in _all)
        {
            await operation.DisposeAsync();
        }
    }

    private async ValueTask EndAsync(IResolverContext context)
    {
        OperationReads? operation;
        lock (_lock)
        {
            _operations.Remove(context.ContextData, out operation);
        }

        if (operation is not null)
        {
            await operation.EndAsync();
        }
    }

    private OperationReads Find(IResolverContext context, TypeTables types)
    {
        lock (_lock)
        {
            if (!_operations.TryGetValue(context.ContextData, out var operation))
            {
                _operations.Add(context.ContextData, operation = new OperationReads(reader, registry, OperationTables.Of(context, types), context.Caller(), _all.Count));
                _all.Add(operation);
                context.RegisterForCleanup(operation.DisposeAsync);
            }

            return operation;
        }
    }
}
