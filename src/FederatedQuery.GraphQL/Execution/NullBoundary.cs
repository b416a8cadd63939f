namespace FederatedQuery.GraphQL.Execution;

/// <summary>
/// A nullable place in the response that stands above a field still being resolved: where null propagation from that field stops
/// (spec section 6.4.4). Its bytes lie in one branch's buffer.
/// </summary>
internal sealed class NullBoundary(NullBoundary? parent, ResponseBranch? branch, int start)
{
    private int _state;

    public NullBoundary? Parent { get; } = parent;

    public ResponseBranch? Branch { get; } = branch;

    public int Start { get; } = start;

    /// <summary>Set when the branch has written past the value.</summary>
    public int End { get; set; } = -1;

    /// <summary>The value has become null from below, or was dropped: what still runs below it no longer matters.</summary>
    public bool IsDead
    {
        get
        {
            for (var boundary = this; boundary is not null; boundary = boundary.Parent)
            {
                if (Volatile.Read(ref boundary._state) != 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public bool IsNulled => Volatile.Read(ref _state) == 1;

    /// <summary>Null has propagated up to here from a field that finished later.</summary>
    public void SetNull()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) == 0)
        {
            Branch?.AddNulled(this);
        }
    }

    /// <summary>The branch itself has already put null here.</summary>
    public void Drop() => Volatile.Write(ref _state, 2);
}
