using System.Buffers;
using System.Net.WebSockets;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>Puts the client's frames together to messages, on pooled memory that is held only while a message is there.</summary>
internal sealed class MessageReceiver(WebSocket socket, int maxBytes) : IDisposable
{
    private const int FirstBytes = 1024;

    private byte[] _bytes = [];

    /// <summary>The next text message, until the next call; null when the client has sent a close frame.</summary>
    /// <exception cref="ProtocolViolationException">The message is binary or too long.</exception>
    /// <exception cref="WebSocketException">The connection broke, or the frames are not WebSocket's; the latter was answered already.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync()
    {
        Return();

        // With no room to read into, this waits for a frame without holding a buffer for it.
        var result = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        var length = 0;
        while (true)
        {
            switch (result.MessageType)
            {
                case WebSocketMessageType.Close:
                    return null;
                case WebSocketMessageType.Binary:
                    throw new ProtocolViolationException("Messages must be text frames, not binary ones");
            }

            length += result.Count;
            if (length > maxBytes)
            {
                throw new ProtocolViolationException($"Message is longer than the {maxBytes} bytes allowed", WebSocketCloseStatus.MessageTooBig);
            }

            if (result.EndOfMessage)
            {
                return _bytes.AsMemory(0, length);
            }

            if (length == _bytes.Length)
            {
                Grow(length);
            }

            result = await socket.ReceiveAsync(_bytes.AsMemory(length), CancellationToken.None);
        }
    }

    /// <summary>Reads and forgets what the client still sends, until its close frame.</summary>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async Task DrainAsync()
    {
        Return();
        _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(_bytes.AsMemory(), CancellationToken.None);
        }
        while (result.MessageType != WebSocketMessageType.Close);
    }

    public void Dispose() => Return();

    private void Grow(int length)
    {
        // One byte more than allowed is room enough to see that a message is too long.
        var grown = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(FirstBytes, length * 2), maxBytes + 1));
        _bytes.AsSpan(0, length).CopyTo(grown);
        Return();
        _bytes = grown;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
