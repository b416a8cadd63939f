using System.Diagnostics;
using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Materialized;

/// <summary>One run of a statement that identical ones wait for. Thread-safe.</summary>
internal sealed class RunFlight
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<FlightOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private bool _ended;

    /// <summary>By <see cref="Stopwatch"/>: the run sees all that was committed before this.</summary>
    public long Started { get; } = Stopwatch.GetTimestamp();

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <returns>False when it is over: begin another.</returns>
    public bool TryJoin()
    {
        lock (_lock)
        {
            _waiting += _ended ? 0 : 1;
            return !_ended;
        }
    }

    /// <summary>Waits for the end; only after <see cref="TryJoin"/>. Of an answer, one share of its rows is the caller's to dispose of.</summary>
    public async Task<FlightOutcome> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _done.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave();
            throw;
        }
    }

    public void End(FlightOutcome outcome)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (_waiting > 0)
            {
                outcome.Answer?.Rows.Share(_waiting);
            }
        }

        _done.SetResult(outcome);
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _waiting--;
                return;
            }
        }

        // The share given out at the end has nobody else.
        _done.Task.ContinueWith(
            static done => done.Result.Answer?.Rows.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}

/// <param name="Answer">Null: there is none.</param>
/// <param name="Stamp">What the tables held; null when that was not looked at or cannot be told.</param>
/// <param name="IsAbandoned">True when its client went away: another may try.</param>
internal sealed record FlightOutcome(QueryAnswer? Answer, ResultStamp? Stamp, bool IsAbandoned);
