namespace FederatedQuery.ObjectStore;

/// <summary>
/// A flat space of immutable byte objects by key, with the guarantees of S3: an object appears whole or not at all, a read sees one
/// version of it, a conditional write has one winner, a listing shows every completed write. Keys are checked by
/// <see cref="ObjectKey.Validate"/>. Implementations are safe for concurrent use; every failure of the store is an
/// <see cref="ObjectStoreException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>What error messages call this store, such as <c>s3://bucket</c> or <c>file:///data</c>. Holds no secret.</summary>
    string Name { get; }

    /// <summary>Length, ETag and time of an object, without its content.</summary>
    /// <exception cref="ObjectStoreException"><see cref="ObjectStoreErrorKind.NotFound"/>.</exception>
    Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Opens the object, or one range of it, for reading forward. The caller disposes the result. A range past the end is cut off;
    /// one that begins at or after the end gives an empty stream.
    /// </summary>
    /// <param name="key">The object.</param>
    /// <param name="range">The bytes wanted; <see cref="ByteRange.All"/> for the whole object.</param>
    /// <param name="ifMatch">The ETag that the object must still have, so that ranges read in parallel belong together; null asks for any.</param>
    /// <param name="cancellationToken">Covers the opening; reads of the stream take their own.</param>
    /// <exception cref="ObjectStoreException">NotFound; PreconditionFailed when the ETag differs.</exception>
    Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>
    /// Fills <paramref name="buffer"/> from <paramref name="offset"/> and returns the bytes read: fewer than asked only where the
    /// object ends, 0 at or after its end.
    /// </summary>
    /// <exception cref="ObjectStoreException">NotFound; PreconditionFailed when the ETag differs.</exception>
    Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>Writes a whole object; durable when the task completes.</summary>
    /// <exception cref="ObjectStoreException">PreconditionFailed when <paramref name="condition"/> does not hold.</exception>
    Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Begins an object of unknown length. Nothing is visible before <see cref="IObjectUpload.CompleteAsync"/>; disposing the upload
    /// without it leaves nothing behind. The condition is checked on completion.
    /// </summary>
    Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Objects whose key begins with <paramref name="prefix"/> (any text, not only whole segments; empty for all), in ascending order
    /// of their UTF-8 bytes, page by page. Listing goes on from <see cref="ListOptions.ContinuationToken"/>.
    /// </summary>
    IAsyncEnumerable<ObjectPage> ListPagesAsync(string prefix, ListOptions options, CancellationToken cancellationToken);

    /// <summary>Deletes objects, in batches as large as the store takes. A key without an object counts as deleted.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>
    /// The path under which this process can read the object in place, whether or not it exists yet; null when the store has no such paths.
    /// Never write through it: such a write is neither atomic nor durable.
    /// </summary>
    string? TryGetLocalPath(string key);
}
