namespace FederatedQuery.ObjectStore;

/// <summary>
/// An object being written piece by piece, by one caller at a time. Disposing it before <see cref="CompleteAsync"/> aborts the upload
/// and frees what was stored; disposing it afterwards does nothing.
/// </summary>
public interface IObjectUpload : IAsyncDisposable
{
    /// <summary>Bytes written so far.</summary>
    long Length { get; }

    /// <summary>Appends a piece of any size; the store gathers pieces into parts of the size it wants. The memory is free when the task completes.</summary>
    Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes the object visible and durable.</summary>
    /// <exception cref="ObjectStoreException">PreconditionFailed when the condition of the upload does not hold now.</exception>
    Task<ObjectProperties> CompleteAsync(CancellationToken cancellationToken);
}
