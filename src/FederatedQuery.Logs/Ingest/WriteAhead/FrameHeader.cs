using System.Buffers.Binary;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>What precedes the rows of a frame in a segment; all numbers are little-endian.</summary>
/// <param name="PayloadLength">Bytes of the rows.</param>
/// <param name="Rows">At least one.</param>
/// <param name="Sequence">Of the first row in the stream; the others follow.</param>
/// <param name="UnixMilliseconds">When the rows were accepted: the time in their ids.</param>
/// <param name="LeastMicros">Of the rows' timestamps.</param>
/// <param name="GreatestMicros">Of the rows' timestamps.</param>
/// <param name="Durable">
/// How many bytes of the segment had been flushed to disk when the frame was written. What is damaged below that had been acknowledged; what is damaged above may be the torn
/// end of a write that nobody was told of.
/// </param>
internal readonly record struct FrameHeader(
    int PayloadLength, int Rows, long Sequence, long UnixMilliseconds, long LeastMicros, long GreatestMicros, long Durable)
{
    public const int Length = 64;

    /// <summary>No frame is longer; what claims to be is none.</summary>
    public const int MaximumPayload = 1 << 26;

    private const uint Magic = 0x4C46_5146; // FQFL
    private const int CrcOffset = 4;
    private const int CheckedOffset = 8;
    private const int StreamOffset = 56;

    /// <summary>The magic number's bytes, by which the next frame is looked for behind a damaged one.</summary>
    public static ReadOnlySpan<byte> MagicBytes => "FQFL"u8;

    public long EndSequence => Sequence + Rows;

    public int FrameLength => Length + PayloadLength;

    /// <param name="target"><see cref="Length"/> bytes.</param>
    /// <param name="tag">Tells this stream's frames from any others.</param>
    public void Write(Span<byte> target, ulong tag, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Rows);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], UnixMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], LeastMicros);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], GreatestMicros);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], Durable);
        BinaryPrimitives.WriteUInt64LittleEndian(target[StreamOffset..], tag);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcOffset..], Checksum(target[..Length], payload));
    }

    /// <summary>The frame at the start of some bytes.</summary>
    /// <param name="needed">When the bytes end too early: how many there must be at least to tell. Else 0.</param>
    /// <returns>Null when there is none: the bytes end too early, or are something else.</returns>
    public static FrameHeader? TryRead(ReadOnlySpan<byte> bytes, ulong tag, out int needed)
    {
        needed = bytes.Length < Length ? Length : 0;
        if (needed > 0 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt64LittleEndian(bytes[StreamOffset..]) != tag)
        {
            return null;
        }

        var header = new FrameHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]));
        if (header.PayloadLength is <= 0 or > MaximumPayload || header.Rows <= 0 || header.Sequence < 0)
        {
            return null;
        }

        if (bytes.Length < header.FrameLength)
        {
            needed = header.FrameLength;
            return null;
        }

        return Checksum(bytes[..Length], bytes.Slice(Length, header.PayloadLength)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) ? header : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        Crc32C.Finish(Crc32C.Append(Crc32C.Append(Crc32C.Initial, header[CheckedOffset..]), payload));
}
