using System.Diagnostics;
using FederatedQuery.GraphQL.Execution.Batching;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Diagnostics;

/// <summary>The events of one request, told to its listeners. There is none when nobody listens.</summary>
internal sealed class RequestEvents
{
    private readonly ListenerGuard _guard;
    private readonly ExecutionDiagnosticEventListener[] _listeners;
    private readonly bool _tellsFields;
    private readonly TimeSpan? _slowField;
    private bool _isValid;

    private RequestEvents(ListenerGuard guard, ExecutionDiagnosticEventListener[] listeners, RequestContext context)
    {
        _guard = guard;
        _listeners = listeners;
        Context = context;
        foreach (var listener in listeners)
        {
            _tellsFields |= guard.Ask(listener, static asked => asked.EnableResolveFieldValue);
            if (guard.Ask(listener, static asked => asked.SlowFieldThreshold) is { } threshold && (_slowField is null || threshold < _slowField))
            {
                _slowField = threshold;
            }
        }
    }

    public RequestContext Context { get; }

    /// <summary>Whether resolvers are to be called through <see cref="ResolveAsync"/>.</summary>
    public bool WatchesFields => _tellsFields || _slowField is not null;

    /// <summary>Null when no listener wants to hear of the request.</summary>
    public static RequestEvents? Begin(Schema schema, OperationRequest request, RequestExecutorOptions options, ListenerGuard guard)
    {
        // Most requests are watched by nobody: that must not allocate.
        List<ExecutionDiagnosticEventListener>? enabled = null;
        for (var i = 0; i < options.DiagnosticEventListeners.Count; i++)
        {
            var listener = options.DiagnosticEventListeners[i];
            if (guard.Ask(listener, static asked => asked.IsEnabled))
            {
                (enabled ??= []).Add(listener);
            }
        }

        return enabled is null ? null : new RequestEvents(guard, [.. enabled], new RequestContext(schema, request));
    }

    public IDisposable Request() => Begin((listener, context) => listener.ExecuteRequest(context));

    public IDisposable Parse() => Begin((listener, context) => listener.ParseDocument(context));

    public IDisposable Validate() => Begin((listener, context) => listener.ValidateDocument(context));

    public IDisposable CoerceVariables() => Begin((listener, context) => listener.CoerceVariables(context));

    public IDisposable Compile() => Begin((listener, context) => listener.CompileOperation(context));

    public IDisposable Execute() => Begin((listener, context) => listener.ExecuteOperation(context));

    public IDisposable Subscription() => Begin((listener, context) => listener.ExecuteSubscription(context));

    public IDisposable SubscriptionEvent() => Begin((listener, context) => listener.OnSubscriptionEvent(context));

    public IDisposable Batch(string dataLoader, int keys) => Begin((listener, context) => listener.ExecuteBatch(context, dataLoader, keys));

    public void BatchError(string dataLoader, Exception exception) => Tell((listener, context) => listener.BatchError(context, dataLoader, exception));

    public void SubscriptionError(Exception exception) => Tell((listener, context) => listener.SubscriptionError(context, exception));

    public void RequestError(Exception exception) => Tell((listener, context) => listener.RequestError(context, exception));

    public void ResolverError(GraphQLError error) => Tell((listener, context) => listener.ResolverError(context, error));

    public void UnexpectedError(Exception exception, string id, string coordinate) =>
        Tell((listener, context) => listener.UnexpectedError(context, exception, id, coordinate));

    /// <summary>The document is there: parsed and validated, now or earlier.</summary>
    public void Document(PreparedDocument document, bool isCached)
    {
        Context.Document = document.Document;
        Context.IsCachedDocument = isCached;
        _isValid = document.Errors.Count == 0;
        Tell((listener, context) =>
        {
            if (isCached)
            {
                listener.RetrievedDocumentFromCache(context);
            }
            else
            {
                listener.AddedDocumentToCache(context);
            }
        });
        if (document.Errors.Count > 0 && document.Document is null)
        {
            Tell((listener, context) => listener.SyntaxError(context, document.Errors[0]));
        }
        else if (document.Errors.Count > 0)
        {
            Tell((listener, context) => listener.ValidationErrors(context, document.Errors));
        }
    }

    /// <summary>The last of the request's events but the end of its scope.</summary>
    public void Result(ExecutionResult result)
    {
        Context.Result = result;
        if (_isValid && result is OperationResult { HasData: false } refused)
        {
            // Errors with a path are of a subscription's field, told already.
            foreach (var error in refused.Errors.Where(error => error.Path is null))
            {
                Tell((listener, context) => listener.RequestError(context, error));
            }
        }
    }

    /// <summary>Calls a resolver and tells of it.</summary>
    /// <param name="work">Of the operation.</param>
    public ValueTask<object?> ResolveAsync(FieldResolver resolver, IResolverContext field, OperationWork work)
    {
        var scope = _tellsFields ? BeginField(field) : null;
        var started = Stopwatch.GetTimestamp();
        ValueTask<object?> task;
        try
        {
            task = resolver(field);
        }
        catch
        {
            EndField(scope, started, field);
            throw;
        }

        if (!task.IsCompleted)
        {
            // Of the field that was the first to ask for a data loader, too: else it would go on late, and what it loads next would miss the batch.
            work.UseContext();
            return WaitAsync(task, scope, started, field);
        }

        EndField(scope, started, field);
        return task;
    }

    private async ValueTask<object?> WaitAsync(ValueTask<object?> task, IDisposable? scope, long started, IResolverContext field)
    {
        try
        {
            return await task;
        }
        finally
        {
            EndField(scope, started, field);
        }
    }

    private IDisposable BeginField(IResolverContext field) => Begin((listener, context) =>
        listener.EnableResolveFieldValue ? listener.ResolveFieldValue(context, field) : null);

    private void EndField(IDisposable? scope, long started, IResolverContext field)
    {
        scope?.Dispose();
        if (_slowField is { } threshold && Stopwatch.GetElapsedTime(started) is var duration && duration >= threshold)
        {
            Tell((listener, context) =>
            {
                if (duration >= listener.SlowFieldThreshold)
                {
                    listener.SlowField(context, field, duration);
                }
            });
        }
    }

    private ListenerScope Begin(Func<ExecutionDiagnosticEventListener, RequestContext, IDisposable?> begin)
    {
        var scopes = new IDisposable?[_listeners.Length];
        for (var i = 0; i < scopes.Length; i++)
        {
            scopes[i] = _guard.Ask(_listeners[i], listener => begin(listener, Context));
        }

        return new ListenerScope(_guard, _listeners, scopes);
    }

    private void Tell(Action<ExecutionDiagnosticEventListener, RequestContext> tell)
    {
        foreach (var listener in _listeners)
        {
            _guard.Tell(listener, told => tell(told, Context));
        }
    }
}
