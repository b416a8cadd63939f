using System.Net.WebSockets;
using System.Text;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>
/// The one way out of a connection: whoever has a message waits for its turn, in order. Nothing queues up but what these hold, so a client
/// that reads slowly holds its operations up; one that does not read at all is cut off by the deadline.
/// </summary>
internal sealed class MessageSender(WebSocket socket, WriteDeadline deadline, CancellationToken lifetime) : IDisposable
{
    /// <summary>The most that a close frame holds beside its code (RFC 6455, section 5.5).</summary>
    private const int MaxReasonBytes = 123;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _closed;

    /// <summary>Nothing can be sent any more.</summary>
    public bool IsClosed => _closed;

    /// <inheritdoc cref="WriteDeadline.IsWaiting"/>
    public bool IsWaiting => deadline.IsWaiting;

    /// <inheritdoc cref="WriteDeadline.Waits"/>
    public int Waits => deadline.Waits;

    /// <summary>Waits until no other message is being sent. To be followed by <see cref="Exit"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the connection is closing: nothing can be sent any more.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        if (_closed)
        {
            _turn.Release();
            throw new OperationCanceledException("The WebSocket is closed.");
        }
    }

    public void Exit() => _turn.Release();

    /// <summary>Sends a fragment of a message, or all of it. Only for whoever has the turn.</summary>
    /// <exception cref="OperationCanceledException">The connection is gone.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> utf8, bool endOfMessage)
    {
        try
        {
            // Not cancellable: to give up within a frame is to give up the connection, which is for the deadline to do.
            await deadline.GuardAsync(socket.SendAsync(utf8, WebSocketMessageType.Text, endOfMessage, CancellationToken.None));
        }
        catch (Exception exception) when (IsGone(exception))
        {
            _closed = true;
            throw new OperationCanceledException("The WebSocket's client is gone.", exception);
        }
    }

    /// <summary>Sends a whole message when its turn comes.</summary>
    /// <exception cref="OperationCanceledException">The connection is closing or gone.</exception>
    public async ValueTask SendMessageAsync(ReadOnlyMemory<byte> utf8)
    {
        await EnterAsync(lifetime);
        try
        {
            await SendAsync(utf8, endOfMessage: true);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Sends a close frame as the last that is sent; does nothing when one was sent.</summary>
    /// <returns>False when the client is gone or took nothing in time.</returns>
    public async Task<bool> TryCloseAsync(WebSocketCloseStatus code, string? reason, TimeSpan timeout)
    {
        if (!await _turn.WaitAsync(timeout, CancellationToken.None))
        {
            return false;
        }

        try
        {
            if (!_closed)
            {
                _closed = true;
                await deadline.GuardAsync(new ValueTask(socket.CloseOutputAsync(code, Shorten(reason), CancellationToken.None)));
            }

            return true;
        }
        catch (Exception exception) when (IsGone(exception))
        {
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => deadline.Dispose();

    /// <summary>What a WebSocket throws when its connection breaks, depending on where it was.</summary>
    public static bool IsGone(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    private static string? Shorten(string? reason)
    {
        if (reason is null || Encoding.UTF8.GetByteCount(reason) <= MaxReasonBytes)
        {
            return reason;
        }

        var length = Math.Min(reason.Length, MaxReasonBytes);
        while (Encoding.UTF8.GetByteCount(reason.AsSpan(0, length)) > MaxReasonBytes || char.IsHighSurrogate(reason[length - 1]))
        {
            length--;
        }

        return reason[..length];
    }
}
