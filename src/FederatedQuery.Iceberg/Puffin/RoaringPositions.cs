using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Puffin;

/// <summary>
/// A set of row positions from 0 to 2^63 - 1, kept as it was serialized (Roaring's portable format with the extension for 64 bits): about two bytes a
/// position at most, an eighth of a byte where they are dense. Immutable; safe to share between threads.
/// </summary>
public sealed class RoaringPositions
{
    internal const int ContainerSize = 1 << 16;

    private readonly ImmutableArray<RoaringContainer> _containers;

    internal RoaringPositions(ImmutableArray<RoaringContainer> containers)
    {
        _containers = containers;
        Count = containers.Sum(container => (long)container.Count);
        SizeBytes = 64 + containers.Sum(container => container.SizeBytes);
    }

    /// <summary>How many positions are in the set.</summary>
    public long Count { get; }

    /// <summary>About how much memory the set takes.</summary>
    public long SizeBytes { get; }

    /// <param name="bytes">The whole serialized set, nothing behind it.</param>
    /// <exception cref="IcebergException">InvalidFile: the bytes are not such a set.</exception>
    public static RoaringPositions Parse(ReadOnlySpan<byte> bytes) => RoaringParser.Parse(bytes);

    /// <summary>Begins at the lowest position.</summary>
    public Cursor Read() => new(_containers);

    /// <summary>All positions, ascending.</summary>
    public IEnumerable<long> Enumerate()
    {
        var cursor = Read();
        var buffer = new long[1024];
        while (cursor.Next(buffer) is var count and > 0)
        {
            for (var i = 0; i < count; i++)
            {
                yield return buffer[i];
            }
        }
    }

    /// <summary>Where a reader of a set is. Not thread-safe.</summary>
    public sealed class Cursor
    {
        private readonly ImmutableArray<RoaringContainer> _containers;
        private int _container;
        private int _from;

        internal Cursor(ImmutableArray<RoaringContainer> containers) => _containers = containers;

        /// <summary>The next positions, ascending, as many as fit; 0 at the end.</summary>
        public int Next(Span<long> target)
        {
            var written = 0;
            while (written < target.Length && _container < _containers.Length)
            {
                written += _containers[_container].CopyTo(ref _from, target[written..]);
                if (_from >= ContainerSize)
                {
                    _container++;
                    _from = 0;
                }
            }

            return written;
        }
    }
}
