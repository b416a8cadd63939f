namespace FederatedQuery.Tiering.Jobs;

/// <summary>Where a job stands: written by the work, read by the renewal of the lease. Thread-safe.</summary>
public sealed class JobProgress
{
    private readonly Lock _gate = new();
    private State _state = new(0, "", 0, 0);

    /// <summary>Says how far the work has come.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <param name="message">For people.</param>
    public void Report(double fraction, string message)
    {
        lock (_gate)
        {
            _state = _state with { Fraction = Math.Clamp(fraction, 0, 1), Message = message };
        }
    }

    /// <summary>Adds what was done.</summary>
    public void Add(long rows, long bytes)
    {
        lock (_gate)
        {
            _state = _state with { Rows = _state.Rows + rows, Bytes = _state.Bytes + bytes };
        }
    }

    /// <summary>Says what was done in all, by others too.</summary>
    public void SetTotal(long rows, long bytes)
    {
        lock (_gate)
        {
            _state = _state with { Rows = rows, Bytes = bytes };
        }
    }

    internal State Current
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    internal sealed record State(double Fraction, string Message, long Rows, long Bytes);
}
