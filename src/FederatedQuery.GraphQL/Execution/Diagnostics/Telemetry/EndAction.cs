namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>A scope that does something when it ends.</summary>
internal sealed class EndAction(Action end) : IDisposable
{
    public void Dispose() => end();
}
