namespace FederatedQuery.ObjectStore.S3;

/// <summary>
/// Memory as a stream for one attempt to send it. After <see cref="Stream.Dispose()"/> nothing is read from the memory any more: a
/// connection that was given up may still be sending while a pooled buffer goes to its next user.
/// </summary>
internal sealed class BytesStream(ReadOnlyMemory<byte> content) : Stream
{
    private readonly Lock _lock = new();
    private readonly int _length = content.Length;
    private ReadOnlyMemory<byte> _content = content;
    private int _position;
    private bool _isClosed;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = checked((int)value);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            var rest = _content.Span[Math.Min(_position, _content.Length)..];
            var read = Math.Min(rest.Length, buffer.Length);
            rest[..read].CopyTo(buffer);
            _position += read;
            return read;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _isClosed = true;
            _content = default;
        }

        base.Dispose(disposing);
    }
}
