using System.Collections.Concurrent;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Testing;

/// <summary>Another store, which counts what is read of it. Safe for concurrent use.</summary>
public sealed class CountingObjectStore(IObjectStore inner) : ForwardingObjectStore(inner)
{
    private readonly ConcurrentDictionary<string, int> _opened = new(StringComparer.Ordinal);
    private long _bytesRead;
    private long _requests;

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

    public override Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return base.HeadAsync(key, cancellationToken);
    }

    public override async Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        Count(key);
        var content = await base.OpenReadAsync(key, range, ifMatch, cancellationToken);
        return new ObjectContent(content.Properties, new CountingStream(content.Stream, count => Interlocked.Add(ref _bytesRead, count)));
    }

    public override async Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken)
    {
        Count(key);
        var read = await base.ReadAsync(key, offset, buffer, ifMatch, cancellationToken);
        Interlocked.Add(ref _bytesRead, read);
        return read;
    }

    private void Count(string key)
    {
        Interlocked.Increment(ref _requests);
        _opened.AddOrUpdate(key, 1, static (_, count) => count + 1);
    }
}
