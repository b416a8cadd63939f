using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>The one version of an object that all of its ranges must be of: the one asked for, or that of the first range to come.</summary>
internal sealed class ObjectVersion(ObjectLocation source, long length, string? etag)
{
    private string? _etag = etag;

    /// <summary>Null until it is known.</summary>
    public string? ETag => Volatile.Read(ref _etag);

    /// <exception cref="ObjectStoreException">PreconditionFailed.</exception>
    public void Check(ObjectProperties properties)
    {
        if (properties.Length != length)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.PreconditionFailed,
                $"'{source}' has {properties.Length} bytes; the table's metadata says {length}. It was cut off or written anew.",
                source.Key);
        }

        var known = Interlocked.CompareExchange(ref _etag, properties.ETag, null);
        if (known is not null && known != properties.ETag)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.PreconditionFailed, $"'{source}' has changed while it was read: its ETag is '{properties.ETag}', not '{known}'.", source.Key);
        }
    }
}
