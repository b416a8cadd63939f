using System.Collections.Concurrent;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Puffin;

namespace FederatedQuery.Cold.Scanning.Deletes;

/// <summary>The deletion vectors that statements may name by id in <c>cold_deleted_positions(id)</c>. Thread-safe.</summary>
internal sealed class DeletedPositions
{
    private readonly ConcurrentDictionary<long, IReadOnlyList<(int File, RoaringPositions Positions)>> _sets = new();
    private long _lastId;

    /// <summary>Makes deletion vectors known until the lease is disposed of.</summary>
    /// <param name="vectors">By the number that the statement gives the data file.</param>
    public Lease Register(IReadOnlyList<(int File, RoaringPositions Positions)> vectors)
    {
        var id = Interlocked.Increment(ref _lastId);
        _sets[id] = vectors;
        return new Lease(this, id);
    }

    /// <exception cref="IcebergException">NotFound: no vectors of that id are registered (any more).</exception>
    public IReadOnlyList<(int File, RoaringPositions Positions)> Get(long id) => _sets.TryGetValue(id, out var found)
        ? found
        : throw new IcebergException(IcebergErrorKind.NotFound, $"There are no deletion vectors {id}: their lease has ended.");

    /// <summary>Registered deletion vectors.</summary>
    public sealed class Lease(DeletedPositions owner, long id) : IDisposable
    {
        public long Id => id;

        public void Dispose() => owner._sets.TryRemove(id, out _);
    }
}
