namespace FederatedQuery.Cold.Files.Caching;

/// <summary>What keeps files from being held on local disk, other than their store.</summary>
public enum DataFileCacheErrorKind
{
    /// <summary>One statement reads more than the cache may ever hold.</summary>
    TooLarge,

    /// <summary>Files that other statements read fill the cache.</summary>
    Full,

    /// <summary>The folder is another process's, or cannot be written to.</summary>
    Directory,

    /// <summary>A file that was just fetched is gone or changed, again and again.</summary>
    Corrupt,
}

/// <summary>The cache of data files cannot do what it is asked. The message names the setting concerned.</summary>
public sealed class DataFileCacheException(DataFileCacheErrorKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public DataFileCacheErrorKind Kind { get; } = kind;
}
