using System.Collections.Concurrent;
using FederatedQuery.GraphQL.Execution.Batching;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Execution.Diagnostics;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>One operation being executed: what its branches share. Errors, extensions and the count of open holes are safe for concurrent use.</summary>
internal sealed partial class OperationExecution(
    PreparedOperation operation,
    OperationRequest request,
    RequestExecutorOptions options,
    RequestEvents? events,
    ExecutionDeadline? deadline,
    CancellationToken cancellationToken,
    OperationExecution? parent = null)
{
    private readonly Lock _lock = new();
    private ConcurrentDictionary<FieldPlan, ArgumentValues>? _arguments;
    private List<ResponseHole>? _abandoned;
    private Dictionary<string, object?>? _extensions = parent is null ? CostGuard.ToExtensions(operation.ReportedCost) : null;
    private List<Func<ValueTask>>? _cleanUps;
    private OperationWork? _work;
    private TaskCompletionSource? _idle;
    private int _pending = 1;

    public Schema Schema => operation.Schema;

    /// <summary>The execution that this one is a later part of.</summary>
    private OperationExecution? Parent => parent;

    public IEnumerable<ISelectedField> RootFields => operation.Root.AllFields;

    public VariableValues Variables => operation.Variables;

    public OperationRequest Request => request;

    public RequestExecutorOptions Options => options;

    /// <summary>Null when nobody listens.</summary>
    public RequestEvents? Events => events;

    /// <summary>Null when nobody wants to hear of each field.</summary>
    public RequestEvents? FieldEvents { get; } = events is { WatchesFields: true } ? events : null;

    /// <summary>Every walk that calls resolvers is a section of it, so that data loaders know when to fetch.</summary>
    public OperationWork Work => parent?.Work ?? (_work ??= new OperationWork(this));

    /// <summary>Set by the deadline, when there is one; that sets its timer when first asked for this.</summary>
    public CancellationToken CancellationToken => deadline?.Token ?? cancellationToken;

    private ConcurrentDictionary<FieldPlan, ArgumentValues> Arguments => parent?.Arguments ?? LazyInitializer.EnsureInitialized(ref _arguments);

    /// <summary>
    /// Executes the root selection set: query fields side by side, mutation fields one after the other (spec section 6.2).
    /// <paramref name="source"/> is the event for a subscription, else null.
    /// </summary>
    public async ValueTask<OperationResult> ExecuteAsync(object? source)
    {
        var root = new NullBoundary(parent: null, branch: null, start: 0);
        var branch = new ResponseBranch(this, root: null, outer: root);
        var written = operation.Node.Operation == OperationType.Mutation
            ? await TryWriteSeriallyAsync(branch, root)
            : TryWriteRoot(branch, source);
        await WhenIdleAsync(branch);
        if (_left is null)
        {
            Work.Dispatcher?.Complete();
        }

        var data = await EndAsync(branch, root, written);
        if (_left is null)
        {
            await CleanUpAsync();
        }

        return new OperationResult(data, hasData: true, Errors, _extensions);
    }

    /// <summary>Lets a field that must wait go on in a branch of its own.</summary>
    public void Continue(ResponseHole hole, FieldPlan field, ValueTask<object?> task, PathNode? path, NullBoundary? boundary)
    {
        Interlocked.Increment(ref _pending);
        Work.UseContext();
        _ = FillAsync(hole, field, task, path, boundary);
    }

    public ArgumentValues GetArguments(FieldPlan field) => field.Arguments.IsConstant
        ? field.Arguments.Coerce(operation.Variables)
        : Arguments.GetOrAdd(field, static (added, variables) => added.Arguments.Coerce(variables), operation.Variables);

    public bool IsSubscriptionRoot(FieldPlan field) => ReferenceEquals(field.ParentType, Schema.SubscriptionType);

    public void SetExtension(string key, object? value)
    {
        lock (_lock)
        {
            (_extensions ??= new Dictionary<string, object?>(StringComparer.Ordinal))[key] = value;
        }
    }

    /// <inheritdoc cref="IResolverContext.RegisterForCleanup"/>
    public void RegisterForCleanup(Func<ValueTask> cleanUp)
    {
        lock (_lock)
        {
            (_cleanUps ??= []).Add(cleanUp);
        }
    }

    /// <summary>A place in the response that is gone: what is in it, or will be when its field has been resolved, is disposed of at the end.</summary>
    public void Abandon(ResponseHole hole)
    {
        lock (_lock)
        {
            (_abandoned ??= []).Add(hole);
        }
    }

    private bool TryWriteRoot(ResponseBranch branch, object? source)
    {
        using (Work.Begin())
        {
            return branch.TryWriteObject(operation.Root, source);
        }
    }

    private bool TryWriteRootField(ResponseBranch branch, FieldPlan field)
    {
        using (Work.Begin())
        {
            return branch.TryWriteField(field, source: null);
        }
    }

    /// <summary>The branch, or null, with everything given back, when null has propagated to the top. To be called when nothing runs any more.</summary>
    private async ValueTask<ResponseBranch?> EndAsync(ResponseBranch branch, NullBoundary root, bool written)
    {
        if (!written)
        {
            root.Drop();
        }

        var isDead = root.IsDead;
        if (isDead)
        {
            await ResultStreams.DisposeAsync(branch);
        }

        await DisposeAbandonedAsync();
        return isDead ? null : branch;
    }

    private async ValueTask CleanUpAsync()
    {
        foreach (var cleanUp in _cleanUps ?? [])
        {
            try
            {
                await cleanUp();
            }
            catch (Exception exception)
            {
                // The response is whole; whoever could not clean up is at fault, not the request.
                options.ReportUnexpected(exception, operation.Root.Fields[0].ParentType.Name);
            }
        }
    }

    private async ValueTask DisposeAbandonedAsync()
    {
        foreach (var hole in _abandoned ?? [])
        {
            await ResultStreams.DisposeAsync(hole);
        }
    }

    /// <summary>For a result that nobody gets any more, when its last resolver has ended.</summary>
    private async Task GiveBackAsync(ResponseBranch branch, Task idle)
    {
        await idle;
        try
        {
            await ResultStreams.DisposeAsync(branch);
            await DisposeAbandonedAsync();
            await DiscardWorkAsync();
        }
        catch (Exception exception)
        {
            options.ReportUnexpected(exception, operation.Root.Fields[0].ParentType.Name);
        }
    }

    private async ValueTask<bool> TryWriteSeriallyAsync(ResponseBranch branch, NullBoundary root)
    {
        branch.Output.WriteByte((byte)'{');
        var fields = operation.Root.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                branch.Output.WriteByte((byte)',');
            }

            if (!TryWriteRootField(branch, fields[i]))
            {
                return false;
            }

            await WhenIdleAsync(branch);
            if (root.IsDead)
            {
                return false;
            }
        }

        branch.Output.WriteByte((byte)'}');
        return true;
    }

    /// <summary>Waits until every hole is filled, but not for resolvers that go on after cancellation: the branch is given back after them.</summary>
    private async ValueTask WhenIdleAsync(ResponseBranch branch)
    {
        if (Volatile.Read(ref _pending) == 1)
        {
            return;
        }

        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _idle = idle;
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            idle.SetResult();
        }

        try
        {
            await idle.Task.WaitAsync(CancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = GiveBackAsync(branch, idle.Task);
            throw;
        }

        Volatile.Write(ref _pending, 1);
    }

    private async Task FillAsync(ResponseHole hole, FieldPlan field, ValueTask<object?> task, PathNode? path, NullBoundary? boundary)
    {
        var branch = new ResponseBranch(this, path, boundary);
        var written = false;
        try
        {
            var value = await task;
            using (Work.Begin())
            {
                written = branch.TryComplete(field, field.Definition.Type, value);
            }
        }
        catch (Exception exception)
        {
            written = branch.TryCompleteFailed(field, exception);
        }
        finally
        {
            EndFill(hole, branch, written, boundary);
        }
    }

    private void EndFill(ResponseHole hole, ResponseBranch branch, bool written, NullBoundary? boundary)
    {
        if (!written)
        {
            boundary?.SetNull();
        }

        hole.Content = branch;
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _idle?.TrySetResult();
        }
    }
}
