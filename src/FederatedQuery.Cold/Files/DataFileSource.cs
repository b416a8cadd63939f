using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.Iceberg;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Files;

/// <summary>
/// Turns locations of data and delete files into paths that DuckDB, or anybody else in this process, may read. Files of stores on local disk are
/// read in place; those of other stores, or the parts of them that are needed, come through the cache. Safe for concurrent use.
/// </summary>
public sealed class DataFileSource : IDisposable
{
    private readonly Lazy<RemoteFiles> _remote;

    /// <param name="remote">Opens the cache; called with the first file that is not on local disk, unless <see cref="OpenCache"/> is before.</param>
    internal DataFileSource(Func<RemoteFiles> remote) => _remote = new Lazy<RemoteFiles>(remote);

    /// <summary>
    /// Brings files to local disk and holds them there. Ask for everything that a statement reads in one call: what is asked for together gets
    /// its room together, so that two statements never wait for each other.
    /// </summary>
    /// <param name="files">In any order; one that is named twice is fetched once.</param>
    /// <param name="cancellationToken">Gives up; nothing stays held.</param>
    /// <exception cref="DataFileCacheException">They do not fit into the cache.</exception>
    /// <exception cref="IcebergException">InvalidFile: one is no Parquet file although its columns are selected.</exception>
    /// <exception cref="ObjectStoreException">An object cannot be read.</exception>
    public async Task<FileLeases> AcquireAsync(IReadOnlyList<DataFileRequest> files, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (files.Count == 0)
        {
            return FileLeases.None;
        }

        var paths = files.Select(file => file.Location.TryGetLocalPath()).ToArray();
        var remote = files.Where((_, i) => paths[i] is null).ToList();
        if (remote.Count == 0)
        {
            return new FileLeases(paths!);
        }

        var (leases, bytesFetched) = await _remote.Value.AcquireAsync(remote, cancellationToken);
        var next = 0;
        return new FileLeases([.. paths.Select(path => path ?? leases.Paths[next++])], leases, bytesFetched);
    }

    /// <summary>
    /// What <see cref="AcquireAsync"/> would ask of object stores now, without asking them. What is on local disk or on its way counts nothing; a file
    /// whose footer is not at hand counts by <see cref="DataFileRequest.NeededBytes"/>.
    /// </summary>
    public FetchEstimate Estimate(IReadOnlyList<DataFileRequest> files)
    {
        var remote = files.Where(file => file.Location.TryGetLocalPath() is null).ToList();
        return remote.Count == 0 ? FetchEstimate.None : _remote.Value.Estimate(remote);
    }

    /// <summary>Drops copies of objects from the cache, because what they hold must be nowhere any more. What running queries read goes when they end.</summary>
    /// <returns>How many copies there were.</returns>
    public int Forget(IEnumerable<ObjectLocation> locations) =>
        _remote.IsValueCreated ? _remote.Value.Cache.Forget(locations.Select(location => location.ToString()).ToHashSet(StringComparer.Ordinal)) : 0;

    /// <summary>Drops copies of objects that are no longer what their store has: data files never change, so that somebody has damaged one.</summary>
    /// <param name="objects">As their stores have them now.</param>
    /// <returns>How many copies there were.</returns>
    public int ForgetOthers(IEnumerable<(ObjectLocation Location, string ETag)> objects) => _remote.IsValueCreated
        ? _remote.Value.Cache.ForgetOthers(objects.DistinctBy(item => item.Location.ToString()).ToDictionary(item => item.Location.ToString(), item => item.ETag, StringComparer.Ordinal))
        : 0;

    /// <summary>Takes the cache's folder now rather than with the first file, so that a wrong setting shows at start.</summary>
    /// <exception cref="DataFileCacheException">The folder cannot be used.</exception>
    public void OpenCache() => _ = _remote.Value;

    public void Dispose()
    {
        if (_remote.IsValueCreated)
        {
            _remote.Value.Dispose();
        }
    }
}
