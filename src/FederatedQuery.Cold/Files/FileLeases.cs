namespace FederatedQuery.Cold.Files;

/// <summary>
/// Files on local disk that stay there, unchanged, until this is disposed of. Hold it until the result that reads them has been read to its
/// end, or given up.
/// </summary>
public sealed class FileLeases : IDisposable
{
    internal FileLeases(IReadOnlyList<string> paths) => Paths = paths;

    /// <summary>No files.</summary>
    public static FileLeases None { get; } = new([]);

    /// <summary>Absolute local paths, one for each request in its order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Bytes that had to come from object stores for this.</summary>
    public long BytesFetched { get; internal init; }

    /// <summary>Files of object stores that were on local disk already. Files that lie on local disk anyway are none of them.</summary>
    public int CacheHits { get; internal init; }

    public void Dispose()
    {
    }
}
