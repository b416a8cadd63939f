namespace FederatedQuery.GraphQL.Execution.Diagnostics;

/// <summary>Calls listeners so that what they throw is reported and goes no further.</summary>
internal sealed class ListenerGuard(RequestExecutorOptions options)
{
    public T? Ask<T>(ExecutionDiagnosticEventListener listener, Func<ExecutionDiagnosticEventListener, T?> ask)
    {
        try
        {
            return ask(listener);
        }
        catch (Exception exception)
        {
            options.OnListenerException?.Invoke(exception, listener);
            return default;
        }
    }

    public void Tell(ExecutionDiagnosticEventListener listener, Action<ExecutionDiagnosticEventListener> tell) => Ask<object>(listener, told =>
    {
        tell(told);
        return null;
    });
}
