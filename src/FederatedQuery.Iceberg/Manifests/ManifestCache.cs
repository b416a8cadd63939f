using System.Collections.Immutable;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>
/// Manifest lists and manifests of any number of tables, parsed once and kept up to a size in bytes. Both are immutable files, so nothing
/// ever goes stale. Safe for concurrent use.
/// </summary>
public sealed class ManifestCache
{
    // Measured on parsed manifests: objects, arrays and headers of an entry without its metrics.
    private const int EntryBytes = 500;
    private const int MetricBytes = 40;
    private const int MaxFileBytes = 512 << 20;
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(5);

    private readonly SizeBoundedCache<Manifests> _lists;
    private readonly SizeBoundedCache<Entries> _entries;

    /// <param name="stores">Where the files are.</param>
    /// <param name="maxBytes">What the parsed files may take together, roughly.</param>
    public ManifestCache(ObjectStoreRegistry stores, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        Stores = stores;
        _lists = new SizeBoundedCache<Manifests>(maxBytes / 10, static list => 300L * list.Items.Length, LoadTimeout);
        _entries = new SizeBoundedCache<Entries>(maxBytes - (maxBytes / 10), static manifest => manifest.SizeBytes, LoadTimeout);
    }

    private ManifestCache(ManifestCache shared, ObjectStoreRegistry stores)
    {
        Stores = stores;
        _lists = shared._lists;
        _entries = shared._entries;
    }

    internal ObjectStoreRegistry Stores { get; }

    /// <summary>The same cache for tables that are in other stores.</summary>
    internal ManifestCache In(ObjectStoreRegistry stores) => stores == Stores ? this : new ManifestCache(this, stores);

    /// <summary>About how many bytes the cache holds.</summary>
    public long Bytes => _lists.Bytes + _entries.Bytes;

    /// <summary>The manifests of a snapshot, in the order of its manifest list; of an old v1 snapshot, those its metadata lists.</summary>
    /// <exception cref="IcebergException">InvalidFile; Unsupported when it is encrypted.</exception>
    /// <exception cref="ObjectStoreException">A file cannot be read.</exception>
    public Task<ImmutableArray<ManifestFile>> GetManifestsAsync(Snapshot snapshot, CancellationToken cancellationToken) =>
        GetManifestsAsync(snapshot, Stores.Resolve, cancellationToken);

    /// <summary>As the other, of a table whose files may lie only where <paramref name="locations"/> say.</summary>
    /// <inheritdoc cref="GetManifestsAsync(Snapshot, CancellationToken)"/>
    public Task<ImmutableArray<ManifestFile>> GetManifestsAsync(Snapshot snapshot, TableLocations locations, CancellationToken cancellationToken) =>
        GetManifestsAsync(snapshot, locations.Resolve, cancellationToken);

    /// <summary>All entries of a manifest, deleted ones included, with what they inherit.</summary>
    /// <param name="table">The table, for its partition specs.</param>
    /// <param name="manifest">From <see cref="GetManifestsAsync(Snapshot, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IcebergException">InvalidFile; InvalidMetadata when the table lacks the manifest's partition spec; Unsupported when it is encrypted.</exception>
    /// <exception cref="ObjectStoreException">The file cannot be read.</exception>
    public Task<ImmutableArray<ManifestEntry>> GetEntriesAsync(TableMetadata table, ManifestFile manifest, CancellationToken cancellationToken) =>
        GetEntriesAsync(table, manifest, Stores.Resolve, cancellationToken);

    /// <summary>As the other, of a table whose files may lie only where <paramref name="locations"/> say.</summary>
    /// <inheritdoc cref="GetEntriesAsync(TableMetadata, ManifestFile, CancellationToken)"/>
    public Task<ImmutableArray<ManifestEntry>> GetEntriesAsync(
        TableMetadata table, ManifestFile manifest, TableLocations locations, CancellationToken cancellationToken) =>
        GetEntriesAsync(table, manifest, locations.Resolve, cancellationToken);

    private async Task<ImmutableArray<ManifestFile>> GetManifestsAsync(
        Snapshot snapshot, Func<string, ObjectLocation> resolve, CancellationToken cancellationToken)
    {
        if (snapshot.KeyId is { } keyId)
        {
            throw Encrypted("manifest list", snapshot.ManifestList, $" with the key '{keyId}'");
        }

        // By where the files are: two tables that were copied from one place name them alike.
        var files = (snapshot.ManifestList is { } single ? [single] : snapshot.Manifests).Select(resolve).ToList();
        var key = (snapshot.ManifestList is null ? "snapshot:" : "") + string.Join('|', files);
        var list = await _lists.GetAsync(
            key,
            async token => new Manifests(snapshot.ManifestList is { } location
                ? ManifestListReader.Read(await ReadAsync(files[0], token), location)
                : await DescribeAsync(snapshot, files, token)),
            cancellationToken);
        return list.Items;
    }

    private async Task<ImmutableArray<ManifestEntry>> GetEntriesAsync(
        TableMetadata table, ManifestFile manifest, Func<string, ObjectLocation> resolve, CancellationToken cancellationToken)
    {
        if (manifest.KeyMetadata is { Length: > 0 })
        {
            throw Encrypted("manifest", manifest.ManifestPath, "");
        }

        var spec = table.FindPartitionSpec(manifest.PartitionSpecId) ?? throw IcebergException.InvalidMetadata(
            $"The manifest '{manifest.ManifestPath}' is of partition spec {manifest.PartitionSpecId}, which table '{table.Location}' does not list.");
        var partitionType = table.PartitionType(spec);

        // What is inherited and the types of partition values are part of what is kept.
        var file = resolve(manifest.ManifestPath);
        var key = $"{file}|{manifest.SequenceNumber}|{manifest.AddedSnapshotId}|{manifest.FirstRowId}|{partitionType}";
        var entries = await _entries.GetAsync(
            key,
            async token => new Entries(ManifestReader.Read(await ReadAsync(file, token), manifest, spec, partitionType)),
            cancellationToken);
        return entries.Items;
    }

    private static async Task<ImmutableArray<ManifestFile>> DescribeAsync(
        Snapshot snapshot, IReadOnlyList<ObjectLocation> files, CancellationToken cancellationToken)
    {
        var manifests = ImmutableArray.CreateBuilder<ManifestFile>(snapshot.Manifests.Length);
        foreach (var (path, file) in snapshot.Manifests.Zip(files))
        {
            var content = await ReadAsync(file, cancellationToken);
            manifests.Add(new ManifestFile
            {
                ManifestPath = path,
                ManifestLength = content.Length,
                PartitionSpecId = ManifestReader.PartitionSpecIdOf(content),
                AddedSnapshotId = snapshot.SnapshotId,
            });
        }

        return manifests.MoveToImmutable();
    }

    private static IcebergException Encrypted(string kind, string? location, string how) =>
        IcebergException.Unsupported($"The {kind} '{location}' is encrypted{how}; encrypted files are not read.");

    private static Task<byte[]> ReadAsync(ObjectLocation file, CancellationToken cancellationToken) =>
        file.Store.GetAsync(file.Key, MaxFileBytes, cancellationToken);

    private sealed record Manifests(ImmutableArray<ManifestFile> Items);

    private sealed record Entries(ImmutableArray<ManifestEntry> Items)
    {
        public long SizeBytes { get; } = Items.Sum(entry => EntryBytes + (2L * entry.DataFile.FilePath.Length) + (MetricBytes * MetricsOf(entry.DataFile)));

        private static long MetricsOf(DataFile file) =>
            (file.ColumnSizes?.Count ?? 0) + (file.ValueCounts?.Count ?? 0) + (file.LowerBounds?.Count ?? 0) + (file.UpperBounds?.Count ?? 0);
    }
}
