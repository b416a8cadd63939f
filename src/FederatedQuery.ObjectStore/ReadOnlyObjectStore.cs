namespace FederatedQuery.ObjectStore;

/// <summary>Another store's objects, to be read alone: what belongs to somebody else is never written to or deleted.</summary>
/// <param name="store">Holds the objects.</param>
/// <param name="isReadInPlace">Of a path on local disk: whether this process may read there without going through the store.</param>
public sealed class ReadOnlyObjectStore(IObjectStore store, Func<string, bool> isReadInPlace) : IObjectStore
{
    public string Name => store.Name;

    public Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken) => store.HeadAsync(key, cancellationToken);

    public Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken) =>
        store.OpenReadAsync(key, range, ifMatch, cancellationToken);

    public Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken) =>
        store.ReadAsync(key, offset, buffer, ifMatch, cancellationToken);

    /// <exception cref="ObjectStoreException">AccessDenied, always.</exception>
    public Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken) =>
        Task.FromException<ObjectProperties>(Refuse("written", key));

    /// <exception cref="ObjectStoreException">AccessDenied, always.</exception>
    public Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken) =>
        Task.FromException<IObjectUpload>(Refuse("written", key));

    public IAsyncEnumerable<ObjectPage> ListPagesAsync(string prefix, ListOptions options, CancellationToken cancellationToken) =>
        store.ListPagesAsync(prefix, options, cancellationToken);

    /// <exception cref="ObjectStoreException">AccessDenied, always.</exception>
    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        keys.Count == 0 ? Task.CompletedTask : Task.FromException(Refuse("deleted", keys.First()));

    public string? TryGetLocalPath(string key) => store.TryGetLocalPath(key) is { } path && isReadInPlace(path) ? path : null;

    private ObjectStoreException Refuse(string what, string key) => new(
        ObjectStoreErrorKind.AccessDenied, $"'{key}' in {Name} cannot be {what}: it belongs to a table that was registered from elsewhere, which is only read.", key);
}
