namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>Which documents clients may name instead of sending them, over every transport.</summary>
public sealed class PersistedOperationOptions
{
    /// <summary>
    /// Documents that were stored before (trusted documents), named by <c>documentId</c>, <c>id</c>, <c>doc_id</c> or Apollo's
    /// <c>extensions.persistedQuery</c>. Null, the default: none.
    /// </summary>
    public IOperationDocumentStorage? Storage { get; set; }

    /// <summary>
    /// True executes stored documents only: a request that sends its document is refused, and automatic persisted queries are off. Default false.
    /// </summary>
    public bool OnlyPersistedDocuments { get; set; }

    /// <summary>Apollo's automatic persisted queries: a client registers a document with its hash once and then sends the hash. Default true.</summary>
    public bool AutomaticPersistedQueries { get; set; } = true;

    /// <summary>Most documents that clients may have registered; the least recently used go first. Default 1,000.</summary>
    public int AutomaticCacheEntries { get; set; } = 1000;

    /// <summary>Most bytes of documents that clients may have registered; one may take an eighth of them. Default 4 MiB.</summary>
    public long AutomaticCacheBytes { get; set; } = 4 * 1024 * 1024;
}
