using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace FederatedQuery.DuckDb.Json;

/// <summary>
/// Bytes on their way to an <see cref="IBufferWriter{T}"/>: written into one array of our own and handed on in pieces of some 64 KiB, because asking a
/// writer for a span for each value costs more than this one copy.
/// </summary>
internal sealed class JsonOutput : IDisposable
{
    private const int FlushLength = 64 * 1024;

    /// <summary>Control characters, quote and backslash: all that JSON wants escaped.</summary>
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * FlushLength);
    private int _position;

    /// <summary>Floating-point values that JSON has no number for and that were not written as one.</summary>
    public long NonFiniteCount { get; set; }

    /// <summary>Whether those are the texts <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>, and not null.</summary>
    public bool WritesNonFiniteTexts { get; init; }

    public bool IsFlushDue => _position >= FlushLength;

    /// <summary>Bytes that were not flushed.</summary>
    public int Length => _position;

    /// <summary>What was not flushed, until more is written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _position);

    public void FlushTo(IBufferWriter<byte> destination)
    {
        destination.Write(_buffer.AsSpan(0, _position));
        _position = 0;
    }

    /// <summary>Drops what was not flushed, after a failure.</summary>
    public void Clear() => _position = 0;

    /// <summary>Room for at least so many bytes; <see cref="Advance"/> says how many were used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int length)
    {
        if (_buffer.Length - _position < length)
        {
            Grow(length);
        }

        return _buffer.AsSpan(_position);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int length) => _position += length;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _position++;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _position += bytes.Length;
    }

    /// <summary>A JSON string of UTF-8 bytes.</summary>
    public void String(ReadOnlySpan<byte> utf8)
    {
        Byte((byte)'"');
        for (var special = utf8.IndexOfAny(Escaped); special >= 0; special = utf8.IndexOfAny(Escaped))
        {
            Raw(utf8[..special]);
            Escape(utf8[special]);
            utf8 = utf8[(special + 1)..];
        }

        Raw(utf8);
        Byte((byte)'"');
    }

    public void Base64(ReadOnlySpan<byte> bytes)
    {
        Byte((byte)'"');
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, Room(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        Advance(written);
        Byte((byte)'"');
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _position = 0;
    }

    private void Escape(byte value)
    {
        var (shortForm, length) = value switch
        {
            (byte)'"' => ((byte)'"', 2),
            (byte)'\\' => ((byte)'\\', 2),
            (byte)'\n' => ((byte)'n', 2),
            (byte)'\r' => ((byte)'r', 2),
            (byte)'\t' => ((byte)'t', 2),
            (byte)'\b' => ((byte)'b', 2),
            (byte)'\f' => ((byte)'f', 2),
            _ => ((byte)'u', 6),
        };
        var room = Room(length);
        room[0] = (byte)'\\';
        room[1] = shortForm;
        if (length == 6)
        {
            Utf8Formatter.TryFormat(value, room[2..], out _, new StandardFormat('x', 4));
        }

        Advance(length);
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(2L * _buffer.Length, (long)_position + length)));
        _buffer.AsSpan(0, _position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
