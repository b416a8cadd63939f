using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>
/// Documents by their bytes, the least recently used half thrown out when full. Looked up without copying the request's bytes.
/// Documents that hold values instead of variables come once and never again; they are as bounded as the others.
/// </summary>
internal sealed class DocumentCache(int capacity)
{
    /// <summary>Longer documents are not kept: they are rare, and a few would take as much memory as all others.</summary>
    private const int LongestBytes = 64 * 1024;

    private readonly ConcurrentDictionary<byte[], Entry> _entries = new(Utf8Comparer.Instance);
    private readonly Lock _evicting = new();
    private long _clock;

    public bool TryGet(ReadOnlySpan<byte> utf8, [MaybeNullWhen(false)] out PreparedDocument document)
    {
        if (_entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var entry))
        {
            entry.LastUsed = Interlocked.Increment(ref _clock);
            document = entry.Document;
            return true;
        }

        document = null;
        return false;
    }

    public void Add(byte[] utf8, PreparedDocument document)
    {
        if (utf8.Length > LongestBytes || capacity <= 0)
        {
            return;
        }

        _entries[utf8] = new Entry(document) { LastUsed = Interlocked.Increment(ref _clock) };
        if (_entries.Count > capacity && _evicting.TryEnter())
        {
            try
            {
                foreach (var (key, _) in _entries.OrderBy(pair => pair.Value.LastUsed).Take((_entries.Count + 1) / 2).ToArray())
                {
                    _entries.TryRemove(key, out _);
                }
            }
            finally
            {
                _evicting.Exit();
            }
        }
    }

    private sealed class Entry(PreparedDocument document)
    {
        public PreparedDocument Document { get; } = document;

        public long LastUsed { get; set; }
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Utf8Comparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] utf8) => GetHashCode(utf8.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
