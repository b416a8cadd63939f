namespace FederatedQuery.GraphQL.Execution.Diagnostics;

/// <summary>The scopes that listeners opened for one step, closed in reverse order.</summary>
internal sealed class ListenerScope(ListenerGuard guard, ExecutionDiagnosticEventListener[] listeners, IDisposable?[] scopes) : IDisposable
{
    public void Dispose()
    {
        for (var i = scopes.Length - 1; i >= 0; i--)
        {
            guard.Tell(listeners[i], _ => scopes[i]?.Dispose());
        }
    }
}
