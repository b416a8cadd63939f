using System.Collections.Concurrent;
using System.Text;

namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>Persisted documents held in memory, such as a manifest of the client's build. Documents may be added while requests run.</summary>
public sealed class InMemoryOperationDocuments : IOperationDocumentStorage
{
    private readonly ConcurrentDictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    public int Count => _documents.Count;

    /// <summary>Reads a manifest file; see <see cref="OperationManifest"/> for the formats.</summary>
    /// <exception cref="FormatException">The file is no manifest.</exception>
    public static InMemoryOperationDocuments FromManifest(string path)
    {
        var documents = new InMemoryOperationDocuments();
        foreach (var (id, document) in OperationManifest.Read(File.ReadAllBytes(path)))
        {
            documents.Add(id, document);
        }

        return documents;
    }

    /// <summary>Stores a document under an id that its client made, with the prefix if it sends one.</summary>
    /// <exception cref="ArgumentException">The id is no document identifier, is not this document's hash, or names another document already.</exception>
    public InMemoryOperationDocuments Add(string documentId, string document)
    {
        if (!DocumentId.TryParse(documentId, out var id, out var problem))
        {
            throw new ArgumentException($"The document id {problem}.", nameof(documentId));
        }

        var utf8 = Encoding.UTF8.GetBytes(document);
        if (!id.Matches(utf8))
        {
            throw new ArgumentException($"'{documentId}' is not the hash of its document, which is sha256:{DocumentId.HashOf(utf8)}.", nameof(documentId));
        }

        return _documents.GetOrAdd(id.Key, utf8).AsSpan().SequenceEqual(utf8)
            ? this
            : throw new ArgumentException($"Another document is stored under '{documentId}' already.", nameof(documentId));
    }

    /// <summary>Stores a document under its SHA-256.</summary>
    /// <returns>The id that clients send, with the prefix <c>sha256:</c>.</returns>
    public string Add(string document)
    {
        var id = "sha256:" + DocumentId.HashOf(Encoding.UTF8.GetBytes(document));
        Add(id, document);
        return id;
    }

    public ValueTask<ReadOnlyMemory<byte>?> TryReadAsync(string documentId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_documents.TryGetValue(documentId, out var document) ? document : default(ReadOnlyMemory<byte>?));
}
