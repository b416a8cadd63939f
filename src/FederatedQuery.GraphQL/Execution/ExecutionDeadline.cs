using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>Ends an operation that takes too long, or whose client has gone.</summary>
internal sealed class ExecutionDeadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public ExecutionDeadline(RequestExecutorOptions options, CancellationToken cancellationToken)
    {
        _timeout = options.ExecutionTimeout;
        _timer = new CancellationTokenSource(_timeout, options.TimeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
    }

    public CancellationToken Token => _linked.Token;

    public bool HasPassed => _timer.IsCancellationRequested;

    /// <summary>What the client is told when it has passed.</summary>
    public GraphQLError Error => new($"The operation took longer than the {_timeout.TotalSeconds:0.###} seconds allowed and was stopped.") { Code = ErrorCodes.Timeout };

    public void Cancel() => _linked.Cancel();

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
