namespace FederatedQuery.GraphQL.Execution.Batching;

/// <summary>
/// Counts the synchronous work of one operation, and has the <see cref="BatchDispatcher"/> fetch when there is none left. Operations without
/// data loaders pay for the counting only.
/// </summary>
internal sealed class OperationWork(OperationExecution execution)
{
    private int _running;
    private BatchDispatcher? _dispatcher;

    /// <summary>Null until a data loader is asked for.</summary>
    public BatchDispatcher? Dispatcher => Volatile.Read(ref _dispatcher);

    /// <summary>To be disposed of on the same thread.</summary>
    public WorkSection Begin()
    {
        Add();
        return new WorkSection(this);
    }

    public BatchDispatcher GetDispatcher()
    {
        if (Dispatcher is { } existing)
        {
            return existing;
        }

        var added = new BatchDispatcher(execution);
        var dispatcher = Interlocked.CompareExchange(ref _dispatcher, added, null) ?? added;
        UseContext();
        return dispatcher;
    }

    /// <summary>
    /// What is awaited from here on continues as work of the operation. An async method that made the dispatcher put the old context back
    /// when it returned.
    /// </summary>
    public void UseContext()
    {
        if (Dispatcher is { } dispatcher && WorkSection.IsOf(this))
        {
            WorkSection.UseContext(dispatcher);
        }
    }

    /// <summary>Work that will run on another thread: <see cref="WorkSection(OperationWork)"/> there, or <see cref="End"/>.</summary>
    public void Add() => Interlocked.Increment(ref _running);

    public void End()
    {
        if (EndWithoutDispatch())
        {
            Dispatcher?.Dispatch();
        }
    }

    /// <summary>True when it was the last.</summary>
    public bool EndWithoutDispatch() => Interlocked.Decrement(ref _running) == 0;
}
