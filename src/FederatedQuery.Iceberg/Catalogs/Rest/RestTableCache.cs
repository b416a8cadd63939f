using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>Tables as they were loaded last, with their ETags: when the server says that one has not changed, its metadata need not come again.</summary>
internal sealed class RestTableCache(long maxBytes)
{
    // Parsed metadata takes a few times its JSON.
    private const int SizeFactor = 4;

    private readonly SizeBoundedCache<Item> _items = new(maxBytes, static item => item.SizeBytes, TimeSpan.FromMinutes(1));

    public Item? Find(TableIdentifier identifier) => _items.TryGet(identifier.ToString(), out var item) ? item : null;

    public void Keep(TableIdentifier identifier, string etag, LoadTableResult table, int jsonBytes) =>
        _items.Add(identifier.ToString(), new Item(etag, table, (long)jsonBytes * SizeFactor));

    internal sealed record Item(string ETag, LoadTableResult Table, long SizeBytes);
}
