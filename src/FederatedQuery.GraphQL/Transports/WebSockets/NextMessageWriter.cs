using System.IO.Pipelines;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>
/// Takes the JSON of one <c>next</c> message. It is sent as a whole when it is complete, so that a result that is slow in the making holds
/// up no other; only one that outgrows <see cref="GraphQLWebSocketOptions.MaxBufferedBytes"/> is sent in fragments from then on, and goes on
/// to its end even if the client has meanwhile lost interest, since a message cannot be taken back.
/// </summary>
internal sealed class NextMessageWriter : PipeWriter, IDisposable
{
    private readonly WebSocketOperation _operation;
    private readonly MessageSender _sender;
    private readonly int _maxBufferedBytes;
    private readonly Utf8JsonBuffer _buffer = new(512);
    private bool _hasTurn;

    public NextMessageWriter(WebSocketOperation operation, MessageSender sender, int maxBufferedBytes)
    {
        _operation = operation;
        _sender = sender;
        _maxBufferedBytes = maxBufferedBytes;
        ServerMessages.BeginNext(_buffer, operation.Id);
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _buffer.Length;

    /// <summary>Whether part of the message is on its way: what cannot be finished now can only be ended with the connection.</summary>
    public bool HasBegun => _hasTurn;

    public override void Advance(int bytes) => _buffer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_buffer.Length >= _maxBufferedBytes)
        {
            await SendAsync(endOfMessage: false);
        }

        return default;
    }

    /// <summary>Sends the message, or the rest of it.</summary>
    /// <exception cref="OperationCanceledException">The client lost interest, or is gone.</exception>
    public async ValueTask EndAsync()
    {
        _buffer.WriteByte((byte)'}');
        await SendAsync(endOfMessage: true);
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("Flushing ends with the operation or the connection.");

    public override void Complete(Exception? exception = null)
    {
        // The message ends with EndAsync.
    }

    public void Dispose()
    {
        _buffer.Dispose();
        if (_hasTurn)
        {
            _hasTurn = false;
            _operation.EndSending();
            _sender.Exit();
        }
    }

    private async ValueTask SendAsync(bool endOfMessage)
    {
        if (!_hasTurn)
        {
            await _sender.EnterAsync(_operation.CancellationToken);
            if (!_operation.TryBeginSending())
            {
                _sender.Exit();
                throw new OperationCanceledException(_operation.CancellationToken);
            }

            _hasTurn = true;
        }

        await _sender.SendAsync(_buffer.WrittenMemory, endOfMessage);
        _buffer.Truncate(0);
    }
}
