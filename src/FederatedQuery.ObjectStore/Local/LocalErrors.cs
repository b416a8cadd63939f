namespace FederatedQuery.ObjectStore.Local;

/// <summary>The one place where failures of the file system become failures of the store.</summary>
internal static class LocalErrors
{
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);
    private const int NoSpaceUnix = 28;
    private const int QuotaUnix = 122;

    public static async Task<T> Translate<T>(LocalObjectStore store, string attempt, string key, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var kind = KindOf(exception);
            var reason = kind == ObjectStoreErrorKind.NotFound ? "there is no such object." : exception.Message;
            throw new ObjectStoreException(kind, $"Could not {attempt} '{key}' in {store.Name}: {reason}", key, exception);
        }
    }

    private static ObjectStoreErrorKind KindOf(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => ObjectStoreErrorKind.NotFound,
        UnauthorizedAccessException => ObjectStoreErrorKind.AccessDenied,
        PathTooLongException => ObjectStoreErrorKind.InvalidLocation,
        IOException { HResult: NoSpaceUnix or QuotaUnix or DiskFullWindows or HandleDiskFullWindows } => ObjectStoreErrorKind.StorageFull,
        _ => ObjectStoreErrorKind.Other,
    };
}
