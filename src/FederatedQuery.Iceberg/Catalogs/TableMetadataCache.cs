using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>Metadata files by location, parsed once and kept up to a size in bytes. The files are immutable, so nothing goes stale. Safe for concurrent use.</summary>
public sealed class TableMetadataCache
{
    // A parsed metadata file takes a few times its JSON.
    private const int SizeFactor = 4;
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(2);

    private readonly ObjectStoreRegistry _stores;
    private readonly SizeBoundedCache<Item> _cache;

    public TableMetadataCache(ObjectStoreRegistry stores, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _stores = stores;
        _cache = new SizeBoundedCache<Item>(maxBytes, static item => item.SizeBytes, LoadTimeout);
    }

    /// <inheritdoc cref="TableMetadataFile.ReadAsync"/>
    public Task<TableMetadata> GetAsync(string location, CancellationToken cancellationToken) => GetAsync(location, _stores, cancellationToken);

    /// <param name="stores">Where the file is looked for, instead of the cache's own.</param>
    /// <inheritdoc cref="TableMetadataFile.ReadAsync"/>
    internal async Task<TableMetadata> GetAsync(string location, ObjectStoreRegistry stores, CancellationToken cancellationToken)
    {
        var found = stores.Resolve(location);
        var item = await _cache.GetAsync(
            found.ToString(),
            async token =>
            {
                var (metadata, length) = await TableMetadataFile.ReadWithLengthAsync(found, location, token);
                return new Item(metadata, (long)length * SizeFactor);
            },
            cancellationToken);
        return item.Metadata;
    }

    private sealed record Item(TableMetadata Metadata, long SizeBytes);
}
