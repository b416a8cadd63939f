using System.Collections.Immutable;
using FederatedQuery.Iceberg.Caching;
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

    private readonly ObjectStoreRegistry _stores;
    private readonly SizeBoundedCache<Manifests> _lists;
    private readonly SizeBoundedCache<Entries> _entries;

    /// <param name="stores">Where the files are.</param>
    /// <param name="maxBytes">What the parsed files may take together, roughly.</param>
    public ManifestCache(ObjectStoreRegistry stores, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _stores = stores;
        _lists = new SizeBoundedCache<Manifests>(maxBytes / 10, static list => 300L * list.Items.Length, LoadTimeout);
        _entries = new SizeBoundedCache<Entries>(maxBytes - (maxBytes / 10), static manifest => manifest.SizeBytes, LoadTimeout);
    }

    /// <summary>About how many bytes the cache holds.</summary>
    public long Bytes => _lists.Bytes + _entries.Bytes;

    /// <summary>The manifests of a snapshot, in the order of its manifest list; of an old v1 snapshot, those its metadata lists.</summary>
    /// <exception cref="IcebergException">InvalidFile.</exception>
    /// <exception cref="ObjectStoreException">A file cannot be read.</exception>
    public async Task<ImmutableArray<ManifestFile>> GetManifestsAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var key = snapshot.ManifestList ?? "snapshot:" + string.Join('|', snapshot.Manifests);
        var list = await _lists.GetAsync(
            key,
            async token => new Manifests(snapshot.ManifestList is { } location
                ? ManifestListReader.Read(await ReadAsync(location, token), location)
                : await DescribeAsync(snapshot, token)),
            cancellationToken);
        return list.Items;
    }

    /// <summary>All entries of a manifest, deleted ones included, with what they inherit.</summary>
    /// <param name="table">The table, for its partition specs.</param>
    /// <param name="manifest">From <see cref="GetManifestsAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IcebergException">InvalidFile; InvalidMetadata when the table lacks the manifest's partition spec.</exception>
    /// <exception cref="ObjectStoreException">The file cannot be read.</exception>
    public async Task<ImmutableArray<ManifestEntry>> GetEntriesAsync(TableMetadata table, ManifestFile manifest, CancellationToken cancellationToken)
    {
        var spec = table.FindPartitionSpec(manifest.PartitionSpecId) ?? throw IcebergException.InvalidMetadata(
            $"The manifest '{manifest.ManifestPath}' is of partition spec {manifest.PartitionSpecId}, which table '{table.Location}' does not list.");
        var partitionType = table.PartitionType(spec);

        // What is inherited and the types of partition values are part of what is kept.
        var key = $"{manifest.ManifestPath}|{manifest.SequenceNumber}|{manifest.AddedSnapshotId}|{manifest.FirstRowId}|{partitionType}";
        var entries = await _entries.GetAsync(
            key,
            async token => new Entries(ManifestReader.Read(await ReadAsync(manifest.ManifestPath, token), manifest, spec, partitionType)),
            cancellationToken);
        return entries.Items;
    }

    private async Task<ImmutableArray<ManifestFile>> DescribeAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var manifests = ImmutableArray.CreateBuilder<ManifestFile>(snapshot.Manifests.Length);
        foreach (var path in snapshot.Manifests)
        {
            var content = await ReadAsync(path, cancellationToken);
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

    private async Task<byte[]> ReadAsync(string location, CancellationToken cancellationToken)
    {
        var found = _stores.Resolve(location);
        return await found.Store.GetAsync(found.Key, MaxFileBytes, cancellationToken);
    }

    private sealed record Manifests(ImmutableArray<ManifestFile> Items);

    private sealed record Entries(ImmutableArray<ManifestEntry> Items)
    {
        public long SizeBytes { get; } = Items.Sum(entry => EntryBytes + (2L * entry.DataFile.FilePath.Length) + (MetricBytes * MetricsOf(entry.DataFile)));

        private static long MetricsOf(DataFile file) =>
            (file.ColumnSizes?.Count ?? 0) + (file.ValueCounts?.Count ?? 0) + (file.LowerBounds?.Count ?? 0) + (file.UpperBounds?.Count ?? 0);
    }
}
