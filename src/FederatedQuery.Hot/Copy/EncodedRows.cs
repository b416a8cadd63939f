using System.Buffers.Binary;
using FederatedQuery.Hot.Copy.Encoding;

namespace FederatedQuery.Hot.Copy;

/// <summary>
/// Rows in the format of binary COPY, encoded value by value into a pooled buffer: for rows that come from elsewhere than DuckDB's vectors. They are sent by
/// <see cref="EncodedCopy"/>, and read again by <see cref="EncodedRow"/>. Not thread-safe.
/// </summary>
public sealed class EncodedRows : IDisposable
{
    private readonly CopyBuffer _buffer;

    /// <param name="capacity">Bytes to begin with; it grows.</param>
    public EncodedRows(int capacity)
    {
        _buffer = new CopyBuffer(capacity);
    }

    public int Length => _buffer.Length;

    /// <summary>All rows; valid until something is added, or until disposal.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.Written;

    /// <summary>All rows, to be changed in place.</summary>
    public Span<byte> WrittenSpan => _buffer.WrittenSpan;

    public void BeginRow(int columns) => _buffer.Int16(checked((short)columns));

    public void Null() => _buffer.Int32(-1);

    /// <param name="bytes">16, in the order in which the text form has them.</param>
    public void Uuid(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 16);
        _buffer.Int32(16);
        _buffer.Bytes(bytes);
    }

    /// <param name="micros">Since 1970-01-01 00:00 UTC.</param>
    public void Timestamptz(long micros)
    {
        var span = _buffer.Append(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], micros - CopyFormat.EpochMicros);
    }

    /// <param name="utf8">Valid, without U+0000.</param>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        _buffer.Int32(utf8.Length);
        _buffer.Bytes(utf8);
    }

    /// <param name="utf8">A JSON text.</param>
    public void Jsonb(ReadOnlySpan<byte> utf8)
    {
        _buffer.Int32(utf8.Length + 1);
        _buffer.Append(1)[0] = CopyFormat.JsonbVersion;
        _buffer.Bytes(utf8);
    }

    public void Dispose() => _buffer.Dispose();
}
