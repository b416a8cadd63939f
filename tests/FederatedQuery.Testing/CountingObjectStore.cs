using System.Collections.Concurrent;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Testing;

/// <summary>
/// Another store, which counts what is read of it. It has no local paths, so its readers do as they would with a store over the network. Safe for
/// concurrent use.
/// </summary>
public sealed class CountingObjectStore(IObjectStore inner) : IObjectStore
{
    private readonly ConcurrentDictionary<string, int> _opened = new(StringComparer.Ordinal);
    private long _bytesRead;
    private long _requests;

    public string Name => inner.Name;

    /// <summary>How often each object was opened, or a range of it read.</summary>
    public IReadOnlyDictionary<string, int> Opened => _opened;

    /// <summary>Bytes of content handed out.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Requests for content or properties.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public void Reset()
    {
        _opened.Clear();
        Interlocked.Exchange(ref _bytesRead, 0);
        Interlocked.Exchange(ref _requests, 0);
    }

    public Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return inner.HeadAsync(key, cancellationToken);
    }

    public async Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        Count(key);
        var content = await inner.OpenReadAsync(key, range, ifMatch, cancellationToken);
        return new ObjectContent(content.Properties, new CountingStream(content.Stream, count => Interlocked.Add(ref _bytesRead, count)));
    }

    public async Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken)
    {
        Count(key);
        var read = await inner.ReadAsync(key, offset, buffer, ifMatch, cancellationToken);
        Interlocked.Add(ref _bytesRead, read);
        return read;
    }

    public Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.PutAsync(key, content, condition, cancellationToken);

    public Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.StartUploadAsync(key, condition, cancellationToken);

    public IAsyncEnumerable<ObjectPage> ListPagesAsync(string prefix, ListOptions options, CancellationToken cancellationToken) =>
        inner.ListPagesAsync(prefix, options, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

    public string? TryGetLocalPath(string key) => null;

    private void Count(string key)
    {
        Interlocked.Increment(ref _requests);
        _opened.AddOrUpdate(key, 1, static (_, count) => count + 1);
    }

    private sealed class CountingStream(Stream content, Action<int> read) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => Counted(content.Read(buffer));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Counted(await content.ReadAsync(buffer, cancellationToken));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await content.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Counted(int count)
        {
            read(count);
            return count;
        }
    }
}
