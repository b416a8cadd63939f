using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>Which REST catalog, and how patient its callers are.</summary>
public sealed record RestCatalogOptions
{
    /// <summary>Where the API is, with or without its <c>/v1</c>: <c>https://host/api/catalog</c>.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The warehouse's name or location, as the server knows it; null: the server's only one.</summary>
    public string? Warehouse { get; init; }

    /// <summary>
    /// Further properties of the catalog by their usual names, see <see cref="RestCatalogProperties"/>. They override the server's defaults, and the
    /// server's overrides override them.
    /// </summary>
    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Makes signatures where <c>rest.sigv4-enabled</c> asks for them; null: such a catalog cannot be used.</summary>
    public IRequestSigner? Signer { get; init; }

    /// <summary>Opens the storage of tables that no registered store covers, or that the catalog gives credentials for; null: neither can be read.</summary>
    public ITableStorage? Storage { get; init; }

    /// <summary>The longest a request may take, from asking for the connection to the last byte of the answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same of commits, which servers answer when they have written the metadata.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a request that may be repeated is tried again after a failure that may pass.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>The longest pause before a retry that the server did not ask for; pauses double up to it and are drawn at random below it.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest pause that a server may ask for (Retry-After); when it asks for more, the request fails.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>About how much memory the metadata of loaded tables may take.</summary>
    public long TableCacheBytes { get; init; } = 64 << 20;

    // Properties hold credentials.
    public override string ToString() => $"{nameof(RestCatalogOptions)} {{ {nameof(Uri)} = {Uri}, {nameof(Warehouse)} = {Warehouse} }}";
}
