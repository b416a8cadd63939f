namespace FederatedQuery.GraphQL.Execution.Batching;

/// <summary>
/// A stretch of synchronous work for one operation, on one thread; may be nested. Begin it around every walk that calls resolvers, dispose of
/// it before awaiting anything: <c>using (execution.Work.Begin()) { ... }</c>.
/// </summary>
internal readonly ref struct WorkSection
{
    [ThreadStatic]
    private static OperationWork? ThreadsWork;

    private readonly OperationWork _work;
    private readonly OperationWork? _outer;
    private readonly SynchronizationContext? _outerContext;

    /// <summary>The work was counted already.</summary>
    public WorkSection(OperationWork work)
    {
        _work = work;
        _outer = ThreadsWork;
        _outerContext = SynchronizationContext.Current;
        ThreadsWork = work;
        UseContext(work.Dispatcher ?? _outerContext);
    }

    /// <summary>Whether this thread is in a section of that operation.</summary>
    public static bool IsOf(OperationWork work) => ReferenceEquals(ThreadsWork, work);

    public static void UseContext(SynchronizationContext? context)
    {
        if (!ReferenceEquals(SynchronizationContext.Current, context))
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public void Dispose()
    {
        ThreadsWork = _outer;
        UseContext(_outerContext);
        _work.End();
    }
}
