using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Transports.PersistedOperations;

/// <summary>Texts of documents by id, bounded in number and bytes; the least recently used go first. Thread-safe.</summary>
internal sealed class DocumentTextCache(int maxEntries, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    public bool TryGet(string id, [MaybeNullWhen(false)] out byte[] document)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out var node))
            {
                document = null;
                return false;
            }

            if (node.Previous is not null)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            document = node.Value.Document;
            return true;
        }
    }

    /// <summary>A document that alone is longer than an eighth of the bytes allowed is not kept: it would push out too many others.</summary>
    public void Add(string id, byte[] document)
    {
        if (maxEntries <= 0 || document.Length > maxBytes / 8)
        {
            return;
        }

        lock (_lock)
        {
            if (_entries.ContainsKey(id))
            {
                return;
            }

            _entries[id] = _byUse.AddFirst(new Entry(id, document));
            _bytes += document.Length;
            while ((_entries.Count > maxEntries || _bytes > maxBytes) && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _entries.Remove(oldest.Value.Id);
                _bytes -= oldest.Value.Document.Length;
            }
        }
    }

    private sealed record Entry(string Id, byte[] Document);
}
