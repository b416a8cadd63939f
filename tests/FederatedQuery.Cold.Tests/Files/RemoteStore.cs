using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Files;

/// <summary>A folder that behaves as if it were far away: no local paths, every request counted, and faults on demand.</summary>
internal sealed class RemoteStore(string root) : ForwardingObjectStore(new LocalObjectStore(root, TimeProvider.System))
{
    private long _bytes;
    private int _reads;

    public override string Name => "remote://" + root;

    /// <summary>Requests for bytes so far.</summary>
    public int Reads => _reads;

    /// <summary>Bytes given so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Called before each read, with its number from 1; throws or waits as the test wants.</summary>
    public Func<int, ByteRange, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Given the number of a read: how many bytes of its body come before it ends; null: all.</summary>
    public Func<int, long?> CutAfter { get; set; } = _ => null;

    public override async Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _reads);
        await Before(number, range, cancellationToken);
        var content = await base.OpenReadAsync(key, range, ifMatch, cancellationToken);
        return new ObjectContent(content.Properties, new CountingStream(content.Stream, count => Interlocked.Add(ref _bytes, count), CutAfter(number) ?? long.MaxValue));
    }
}
