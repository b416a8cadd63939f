using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Verification;

/// <summary>Tells a file that is missing or damaged from all else that may go wrong with reading it.</summary>
internal static class UnreadableReason
{
    /// <summary>Null for what is not the file's fault: a store that does not answer, memory that does not suffice, a cancellation.</summary>
    public static string? Of(Exception error) => error switch
    {
        IcebergException { Kind: IcebergErrorKind.InvalidFile } or DataFileCacheException { Kind: DataFileCacheErrorKind.Corrupt }
            or ObjectStoreException { Kind: ObjectStoreErrorKind.NotFound or ObjectStoreErrorKind.PreconditionFailed } => error.Message,
        DuckDBException
        {
            InnerException: null,
            ErrorType: not (DuckDBErrorType.OutOfMemory or DuckDBErrorType.Interrupt or DuckDBErrorType.Permission or DuckDBErrorType.Binder
                or DuckDBErrorType.Catalog or DuckDBErrorType.Parser or DuckDBErrorType.Syntax),
        } => error.Message,
        _ => null,
    };
}
