using System.Buffers;

namespace FederatedQuery.Federation.Queries;

/// <summary>A growing buffer of rented memory with an upper bound. Its memory goes back when the last of those who share it has disposed of it.</summary>
internal sealed class PooledBytes(int maximumBytes) : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _written;
    private int _holders = 1;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _written);

    public int WrittenCount => _written;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <summary>So many more will dispose of it; to be called by one that has not. What is written is shared, not to be added to.</summary>
    public void Share(int count) => Interlocked.Add(ref _holders, count);

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Ensure(int sizeHint)
    {
        var needed = (long)_written + Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length)
        {
            return;
        }

        if (needed > maximumBytes)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"The answer is larger than {maximumBytes / 1024 / 1024} MiB. Ask for fewer rows with LIMIT or the argument `limit`, or for fewer columns.");
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(maximumBytes, Math.Max(needed, _buffer.Length * 2L)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
