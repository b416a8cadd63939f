using FederatedQuery.ObjectStore;

namespace FederatedQuery.Testing;

/// <summary>Another store, to watch or disturb what is asked of it. It has no local paths, so its readers do as they would with a store over the network.</summary>
public abstract class ForwardingObjectStore(IObjectStore inner) : IObjectStore
{
    public virtual string Name => inner.Name;

    public virtual Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

    public virtual Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(key, range, ifMatch, cancellationToken);

    public virtual Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, offset, buffer, ifMatch, cancellationToken);

    public virtual Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.PutAsync(key, content, condition, cancellationToken);

    public virtual Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken) =>
        inner.StartUploadAsync(key, condition, cancellationToken);

    public virtual IAsyncEnumerable<ObjectPage> ListPagesAsync(string prefix, ListOptions options, CancellationToken cancellationToken) =>
        inner.ListPagesAsync(prefix, options, cancellationToken);

    public virtual Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

    public string? TryGetLocalPath(string key) => null;
}
