namespace FederatedQuery.ObjectStore;

/// <summary>A store failed or refused. The message names store, key and what was attempted, never a secret.</summary>
public sealed class ObjectStoreException : Exception
{
    public ObjectStoreException(ObjectStoreErrorKind kind, string message, string? key = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Key = key;
    }

    public ObjectStoreErrorKind Kind { get; }

    /// <summary>The object concerned; null when the failure is of the store as a whole.</summary>
    public string? Key { get; }

    /// <summary>True when the same call may succeed later. A write that was <see cref="ObjectStoreErrorKind.Unavailable"/> may have happened all the same.</summary>
    public bool IsRetryable => Kind is ObjectStoreErrorKind.Throttled or ObjectStoreErrorKind.Unavailable;
}
