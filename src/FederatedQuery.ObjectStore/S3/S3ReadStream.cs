using Amazon.S3.Model;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>
/// The body of an answer, forward only. Where the connection breaks, stalls or ends early, the rest is asked for on condition of the
/// same ETag: so the bytes are of one version, or reading fails.
/// </summary>
internal sealed class S3ReadStream(S3Reader reader, S3Calls calls, S3Body body) : Stream
{
    private GetObjectResponse _response = body.Response;
    private long _position;
    private int _failures;
    private CancellationTokenSource _silence = new();
    private bool _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => body.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("Objects are read forward; open another range instead.");
    }

    // For parsers that read synchronously; a thread waits meanwhile.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var wanted = buffer[..(int)Math.Min(buffer.Length, body.Length - _position)];
        while (!wanted.IsEmpty)
        {
            ObjectStoreException failure;
            try
            {
                var read = await ReadBodyAsync(wanted, cancellationToken);
                if (read > 0)
                {
                    _position += read;
                    _failures = 0;
                    return read;
                }

                failure = new ObjectStoreException(
                    ObjectStoreErrorKind.Unavailable,
                    $"Could not read '{body.Properties.Key}' in {calls.StoreName}: its body ended {body.Length - _position} bytes early.",
                    body.Properties.Key);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception error) when (S3Errors.IsFailure(error))
            {
                failure = S3Errors.Translate(error, calls.StoreName, "read", body.Properties.Key);
            }

            await ReopenAsync(failure, cancellationToken);
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _response.Dispose();
            _silence.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> wanted, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _silence);
        _silence.CancelAfter(calls.Options.ReadTimeout);
        try
        {
            return await _response.ResponseStream.ReadAsync(wanted, _silence.Token);
        }
        finally
        {
            if (!_silence.TryReset())
            {
                _silence.Dispose();
                _silence = new CancellationTokenSource();
            }
        }
    }

    private async Task ReopenAsync(ObjectStoreException failure, CancellationToken cancellationToken)
    {
        if (!failure.IsRetryable || ++_failures > calls.Options.MaxRetries)
        {
            throw failure;
        }

        _response.Dispose();
        await calls.PauseAsync(failure, _failures, cancellationToken);
        var rest = ByteRange.Of(body.Offset + _position, body.Length - _position);
        var next = await reader.OpenBodyAsync(body.Properties.Key, rest, body.Properties.ETag, cancellationToken) ?? throw failure;
        _response = next.Response;
    }
}
