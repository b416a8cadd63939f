namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>The output of a decompression: grows up to a limit, and is the window that matches are copied from.</summary>
internal sealed class DecodedBytes(int maxLength)
{
    // A claim in a header is trusted for this much memory; beyond it, memory follows the bytes that came.
    private const int MaxTrustedSize = 1 << 20;

    private byte[] _buffer = [];
    private int _frameStart;

    public int Length { get; private set; }

    public void StartFrame(ulong? contentSize)
    {
        _frameStart = Length;
        if (contentSize is { } size)
        {
            if (size > (ulong)(maxLength - Length))
            {
                throw TooLong();
            }

            Reserve((int)Math.Min(size, MaxTrustedSize));
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Fill(byte value, int count)
    {
        Reserve(count);
        _buffer.AsSpan(Length, count).Fill(value);
        Length += count;
    }

    /// <summary>Copies from what was written <paramref name="offset"/> bytes ago; source and target may overlap, which repeats a pattern.</summary>
    public void CopyMatch(long offset, int count)
    {
        if (offset <= 0 || offset > Length - _frameStart)
        {
            throw new InvalidDataException($"A Zstandard match begins {offset} bytes back; the frame has {Length - _frameStart} so far.");
        }

        Reserve(count);
        var from = Length - (int)offset;
        if (offset >= count)
        {
            _buffer.AsSpan(from, count).CopyTo(_buffer.AsSpan(Length));
        }
        else
        {
            var buffer = _buffer;
            for (int i = 0, to = Length; i < count; i++)
            {
                buffer[to + i] = buffer[from + i];
            }
        }

        Length += count;
    }

    public ReadOnlySpan<byte> WrittenSince(int start) => _buffer.AsSpan(start, Length - start);

    public byte[] ToArray() => _buffer.Length == Length ? _buffer : _buffer.AsSpan(0, Length).ToArray();

    private void Reserve(int count)
    {
        if (count > maxLength - Length)
        {
            throw TooLong();
        }

        if (count > _buffer.Length - Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max((long)_buffer.Length * 2, (long)Length + count), maxLength));
        }
    }

    private InvalidDataException TooLong() => new($"The Zstandard data decodes to more than the {maxLength} bytes allowed here.")
    {
        Data = { [ZstandardDecoder.TooLongKey] = maxLength },
    };
}
