using FederatedQuery.Iceberg;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Files;

/// <summary>
/// Turns locations of data and delete files into paths that DuckDB, or anybody else in this process, may read. Files of stores on local disk are
/// read in place. Safe for concurrent use.
/// </summary>
public sealed class DataFileSource
{
    /// <summary>
    /// Brings files to local disk and holds them there. Ask for everything that a statement reads in one call: what is asked for together gets
    /// its room together, so that two statements never wait for each other.
    /// </summary>
    /// <param name="files">In any order; one that is named twice is fetched once.</param>
    /// <param name="cancellationToken">Gives up; nothing stays held.</param>
    /// <exception cref="ObjectStoreException">An object cannot be read.</exception>
    /// <exception cref="IcebergException">Unsupported: the store has no local paths.</exception>
    public Task<FileLeases> AcquireAsync(IReadOnlyList<DataFileRequest> files, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(files.Count == 0 ? FileLeases.None : new FileLeases([.. files.Select(file => LocalPath(file.Location))]));
    }

    private static string LocalPath(ObjectLocation location) => location.TryGetLocalPath()
        ?? throw new IcebergException(IcebergErrorKind.Unsupported, $"Data file '{location}' does not lie on local disk, where this version reads.");
}
