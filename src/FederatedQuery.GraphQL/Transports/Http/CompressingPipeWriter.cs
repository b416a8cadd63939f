using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// Writes a response body compressed once it is longer than a minimum, and as it is otherwise. Until then nothing is sent, so that the headers
/// can still say which. Compressing is done while writing, in memory; only flushing waits for the client. Complete it before it is disposed of:
/// disposing alone, as after an exception, ends nothing.
/// </summary>
internal sealed class CompressingPipeWriter : PipeWriter, IDisposable
{
    private const int ChunkBytes = 16 * 1024;

    private readonly HttpResponse _response;
    private readonly PipeWriter _output;
    private readonly string _coding;
    private readonly GraphQLHttpOptions _options;
    private byte[] _held = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _count;
    private Stream? _compressor;

    public CompressingPipeWriter(HttpResponse response, string coding, GraphQLHttpOptions options)
    {
        _response = response;
        _output = response.BodyWriter;
        _coding = coding;
        _options = options;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _count + (_output.CanGetUnflushedBytes ? _output.UnflushedBytes : 0);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _held.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _held.AsSpan(_count);
    }

    public override void Advance(int bytes) => _count += bytes;

    /// <summary>Sends what is compressed so far. What the compressor still holds, and a body still short, stay back.</summary>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_compressor is null && _count < _options.MinCompressedBytes)
        {
            return new(new FlushResult(isCanceled: false, isCompleted: false));
        }

        Compress();
        return _output.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => throw new NotSupportedException("Complete asynchronously.");

    /// <summary>Ends the body; the response's own writer goes on to belong to the server.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (_compressor is null && _count < _options.MinCompressedBytes)
        {
            _output.Write(_held.AsSpan(0, _count));
            _count = 0;
        }
        else
        {
            Compress();
            await _compressor!.DisposeAsync();
        }

        await _output.FlushAsync(_response.HttpContext.RequestAborted);
    }

    public void Dispose()
    {
        if (_held.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_held);
            _held = [];
        }
    }

    private void Reserve(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_held.Length - _count >= needed)
        {
            return;
        }

        Compress();
        if (_held.Length < needed)
        {
            ArrayPool<byte>.Shared.Return(_held);
            _held = ArrayPool<byte>.Shared.Rent(needed);
        }
    }

    private void Compress()
    {
        _compressor ??= Start();
        _compressor.Write(_held, 0, _count);
        _count = 0;
    }

    private Stream Start()
    {
        _response.Headers.ContentEncoding = _coding;
        var sink = new PipeSink(_output);
        return _coding == ContentCoding.Brotli ? new BrotliStream(sink, _options.CompressionLevel) : new GZipStream(sink, _options.CompressionLevel);
    }

    /// <summary>Takes compressed bytes into the pipe without flushing it, so that nothing here blocks.</summary>
    private sealed class PipeSink(PipeWriter output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException("The length is not known.");

        public override long Position
        {
            get => throw new NotSupportedException("The position is not known.");
            set => throw new NotSupportedException("The stream cannot seek.");
        }

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            output.Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            output.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
            // The pipe is flushed by its owner.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is write-only.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream cannot seek.");

        public override void SetLength(long value) => throw new NotSupportedException("The stream is write-only.");
    }
}
