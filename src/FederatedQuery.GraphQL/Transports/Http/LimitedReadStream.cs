using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>Reads a body whose length the client did not state, up to a limit. Owns the stream it reads.</summary>
/// <param name="inner">What is read.</param>
/// <param name="maxBytes">The limit.</param>
/// <param name="name">What the error calls it.</param>
internal sealed class LimitedReadStream(Stream inner, long maxBytes, string name) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length is not known.");

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        _read += count;
        return _read <= maxBytes
            ? count
            : throw new HttpRequestFormatException(ErrorCodes.BodyTooLarge, $"The {name} is longer than the {maxBytes} bytes allowed.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("The stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is read-only.");

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    public override void Flush()
    {
        // Nothing is buffered here.
    }
}
