namespace FederatedQuery.ObjectStore;

/// <summary>What went wrong, as far as a caller would act on it.</summary>
public enum ObjectStoreErrorKind
{
    /// <summary>The key breaks the store's rules, or the location belongs to no registered store.</summary>
    InvalidLocation,

    /// <summary>No object has this key.</summary>
    NotFound,

    /// <summary>The condition of a read or write does not hold: somebody else wrote first.</summary>
    PreconditionFailed,

    /// <summary>The store knows the caller and says no, or does not know the caller.</summary>
    AccessDenied,

    /// <summary>The object is larger than the caller is willing to take.</summary>
    TooLarge,

    /// <summary>Too many requests; later is better.</summary>
    Throttled,

    /// <summary>The store did not answer, or answered that it cannot at present.</summary>
    Unavailable,

    /// <summary>The store has no room left.</summary>
    StorageFull,

    /// <summary>Anything else; the inner exception tells.</summary>
    Other,
}
