using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;

namespace FederatedQuery.Cold.Tests.Files;

/// <summary>A folder that behaves as if it were far away: no local paths, every request counted, and faults on demand.</summary>
internal sealed class RemoteStore(string root) : IObjectStore
{
    private readonly LocalObjectStore _inner = new(root, TimeProvider.System);
    private long _bytes;
    private int _reads;

    public string Name => "remote://" + root;

    /// <summary>Requests for bytes so far.</summary>
    public int Reads => _reads;

    /// <summary>Bytes given so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Called before each read, with its number from 1; throws or waits as the test wants.</summary>
    public Func<int, ByteRange, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Given the number of a read: how many bytes of its body come before it ends; null: all.</summary>
    public Func<int, long?> CutAfter { get; set; } = _ => null;

    public Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken) => _inner.HeadAsync(key, cancellationToken);

    public async Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _reads);
        await Before(number, range, cancellationToken);
        var content = await _inner.OpenReadAsync(key, range, ifMatch, cancellationToken);
        return new ObjectContent(content.Properties, new CountingStream(this, content.Stream, CutAfter(number) ?? long.MaxValue));
    }

    public Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken) =>
        _inner.ReadAsync(key, offset, buffer, ifMatch, cancellationToken);

    public Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken) =>
        _inner.PutAsync(key, content, condition, cancellationToken);

    public Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken) =>
        _inner.StartUploadAsync(key, condition, cancellationToken);

    public IAsyncEnumerable<ObjectPage> ListPagesAsync(string prefix, ListOptions options, CancellationToken cancellationToken) =>
        _inner.ListPagesAsync(prefix, options, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => _inner.DeleteAsync(keys, cancellationToken);

    public string? TryGetLocalPath(string key) => null;

    private sealed class CountingStream(RemoteStore store, Stream inner, long left) : Stream
    {
        private long _left = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            Interlocked.Add(ref store._bytes, read);
            return read;
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
