using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>
/// Ends an operation that takes too long, or whose client has gone. Most operations are over before anything asks: the clock is read when they
/// begin, and a timer set only for those that wait or have a use for the token. Safe for concurrent use.
/// </summary>
internal sealed class ExecutionDeadline(RequestExecutorOptions options, CancellationToken cancellationToken) : IDisposable
{
    private readonly TimeSpan _timeout = options.ExecutionTimeout;
    private readonly long _started = options.TimeProvider.GetTimestamp();
    private readonly Lock _lock = new();
    private CancellationTokenSource? _timer;
    private CancellationTokenSource? _linked;
    private CancellationToken _token;
    private bool _isDisposed;

    public CancellationToken Token
    {
        get
        {
            lock (_lock)
            {
                if (_linked is null)
                {
                    // Whoever first asks when all is over is told so.
                    if (_isDisposed)
                    {
                        return new CancellationToken(canceled: true);
                    }

                    _timer = new CancellationTokenSource(Remaining, options.TimeProvider);
                    _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
                    _token = _linked.Token;
                }

                return _token;
            }
        }
    }

    public bool HasPassed
    {
        get
        {
            lock (_lock)
            {
                return _timer?.IsCancellationRequested ?? Remaining == TimeSpan.Zero;
            }
        }
    }

    /// <summary>What the client is told when it has passed.</summary>
    public GraphQLError Error => new($"The operation took longer than the {_timeout.TotalSeconds:0.###} seconds allowed and was stopped.") { Code = ErrorCodes.Timeout };

    /// <summary>Never negative, but for the one value that stands for no limit.</summary>
    private TimeSpan Remaining
    {
        get
        {
            if (_timeout == Timeout.InfiniteTimeSpan)
            {
                return _timeout;
            }

            var remaining = _timeout - options.TimeProvider.GetElapsedTime(_started);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    public void Cancel()
    {
        _ = Token;
        _linked?.Cancel();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _linked?.Dispose();
            _timer?.Dispose();
        }
    }
}
