using System.Buffers;

namespace FederatedQuery.Gateway.Rest;

/// <summary>A request's body, whole and decompressed, in pooled memory. Dispose it when nothing refers to it any more.</summary>
internal sealed class RequestBody(RequestBodies owner) : IDisposable
{
    private byte[] _buffer = [];
    private bool _isPooled;
    private int _length;

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    public int Length => _length;

    public void Dispose() => Put([], 0, isPooled: false);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="expected">Bytes that are expected; a guess.</param>
    /// <exception cref="ProblemException">413, 429.</exception>
    public async Task FillAsync(Stream source, long expected, int maxBytes, CancellationToken cancellationToken)
    {
        Grow((int)Math.Clamp(expected + 1, 4 << 10, 1 << 20));
        while (true)
        {
            var count = await source.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (count == 0)
            {
                return;
            }

            _length += count;
            if (_length > maxBytes)
            {
                throw RequestBodies.TooLarge(maxBytes);
            }

            if (_length == _buffer.Length)
            {
                Grow((int)Math.Min(_buffer.Length * 2L, maxBytes + 1L));
            }
        }
    }

    /// <summary>Takes an array in place of what there is.</summary>
    public void Replace(byte[] content)
    {
        owner.Hold(content.Length);
        Put(content, content.Length, isPooled: false);
    }

    private void Grow(int size)
    {
        owner.Hold(size);
        // The pool gives arrays of powers of two.
        var larger = ArrayPool<byte>.Shared.Rent(size);
        owner.Hold(larger.Length - size, isCertain: true);
        var length = _length;
        _buffer.AsSpan(0, length).CopyTo(larger);
        Put(larger, length, isPooled: true);
    }

    private void Put(byte[] buffer, int length, bool isPooled)
    {
        if (_isPooled)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        owner.Release(_buffer.Length);
        (_buffer, _length, _isPooled) = (buffer, length, isPooled);
    }
}
