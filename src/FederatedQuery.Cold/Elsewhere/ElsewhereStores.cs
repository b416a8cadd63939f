using System.Collections.Concurrent;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.ObjectStore.S3;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Elsewhere;

/// <summary>
/// Folders and buckets outside of the warehouse that an operator has opened by registering a table with a location map. The maps in the catalog are the only
/// list of them, so all gateways of one catalog agree, now and after a restart. A place is open to the tables whose maps lead there and to no
/// other, and for reading alone. DuckDB, whose list of folders is locked at start, reads in place those that were known then; files of later ones
/// come to it through the cache, until the next start. Safe for concurrent use.
/// </summary>
public sealed class ElsewhereStores(IOptions<ColdOptions> options, TimeProvider time, ILogger<S3ObjectStore>? logger = null) : IDisposable
{
    private const string S3Scheme = "s3://";

    private readonly ConcurrentDictionary<string, IObjectStore> _stores = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<S3ObjectStore> _buckets = [];
    private volatile IReadOnlyList<string> _known = [];

    /// <summary>Absolute paths that DuckDB may read in place.</summary>
    public IReadOnlyList<string> KnownAtStart => _known;

    /// <summary>Tells the places that the catalog's location maps lead to. Call once, before DuckDB starts.</summary>
    public void Know(IEnumerable<string> targets) => _known = [.. targets.Select(FolderOf).OfType<string>().Where(Directory.Exists)];

    /// <summary>Opens what a location map leads to.</summary>
    /// <param name="target">As the map has it.</param>
    /// <returns>Null when it is neither on local disk nor in a bucket.</returns>
    public ObjectStoreRegistry.Root? Open(string target)
    {
        if (FolderOf(target) is { } folder)
        {
            return new ObjectStoreRegistry.Root(target, _stores.GetOrAdd(folder, OpenFolder));
        }

        var normal = ObjectStoreRegistry.Normalize(target);
        if (!normal.StartsWith(S3Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var (bucket, prefix) = normal[S3Scheme.Length..].Split('/', 2) is [var name, var rest] ? (name, rest) : (normal[S3Scheme.Length..], "");
        return new ObjectStoreRegistry.Root(target, _stores.GetOrAdd(S3Scheme + bucket, _ => OpenBucket(bucket)), prefix);
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets)
        {
            bucket.Dispose();
        }
    }

    /// <returns>The absolute path of a <c>file:</c> location, null for any other.</returns>
    public static string? FolderOf(string target)
    {
        const string Scheme = "file://";
        var normal = ObjectStoreRegistry.Normalize(target);
        return normal.StartsWith(Scheme, StringComparison.Ordinal) ? Path.GetFullPath(normal[Scheme.Length..]) : null;
    }

    private ReadOnlyObjectStore OpenBucket(string bucket)
    {
        var store = new S3ObjectStore(options.Value.Buckets with { Bucket = bucket }, time, logger);
        _buckets.Add(store);
        return new ReadOnlyObjectStore(store, _ => false);
    }

    private ReadOnlyObjectStore OpenFolder(string folder) =>
        new(new LocalObjectStore(folder, time), path => _known.Any(known => LocationMap.IsBelow(path, known)));
}
