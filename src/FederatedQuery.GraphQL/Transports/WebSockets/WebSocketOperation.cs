using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>
/// One operation under way: who may still send for it. A result that is partly sent is sent to its end whatever happens to the operation;
/// one that is not is given up with it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The sources have nothing to dispose of, see below.")]
internal sealed class WebSocketOperation(string id)
{
    private const int Idle = 0;
    private const int Sending = 1;
    private const int Abandoned = 2;

    // Without timers and links these own nothing, and are cancelled when it may already be over.
    private readonly CancellationTokenSource _execution = new();
    private readonly CancellationTokenSource _writing = new();
    private volatile bool _isAbandoned;
    private int _state;

    public string Id { get; } = id;

    /// <summary>Whether it comes to an end by itself: not known to be a subscription, and running. Guarded by its owner's lock.</summary>
    public bool IsEnding { get; set; } = true;

    /// <summary>Ends execution, its source, and waiting for the turn to send.</summary>
    public CancellationToken CancellationToken => _execution.Token;

    /// <summary>Ends the writing of a result, unless part of it was sent.</summary>
    public CancellationToken WritingToken => _writing.Token;

    /// <summary>The client has completed it, or is gone: nothing more is to be sent.</summary>
    public bool IsAbandoned => _isAbandoned;

    public bool TryBeginSending()
    {
        if (Interlocked.CompareExchange(ref _state, Sending, Idle) != Idle)
        {
            return false;
        }

        if (!_isAbandoned)
        {
            return true;
        }

        EndSending();
        return false;
    }

    public void EndSending() => Interlocked.CompareExchange(ref _state, Idle, Sending);

    /// <summary>Stops it. Runs what resolvers and sources have registered with their token; their exceptions come out here.</summary>
    public async Task AbandonAsync()
    {
        _isAbandoned = true;
        if (Interlocked.CompareExchange(ref _state, Abandoned, Idle) == Idle)
        {
            await _writing.CancelAsync();
        }

        await _execution.CancelAsync();
    }

    /// <summary>As <see cref="AbandonAsync"/>, when there is nobody left to whom a message could be finished.</summary>
    public async Task AbortAsync()
    {
        await AbandonAsync();
        await _writing.CancelAsync();
    }
}
