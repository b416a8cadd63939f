using System.Buffers.Binary;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// Ids of log records, laid out as UUIDs of version 7: 48 bits of milliseconds since 1970 when the record was accepted, 20 bits of the stream's number, 54 bits
/// of the record's sequence in the stream. So ids are unique without anybody looking, and those of one stream rise in the order of acceptance.
/// </summary>
public static class LogId
{
    public const int Length = 16;

    private const int MaximumStream = (1 << 20) - 1;

    private const int LowStreamBits = 8;
    private const int SequenceBits = 54;
    private const long SequenceMask = (1L << SequenceBits) - 1;

    /// <summary>Writes the id in the order of its text form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stream's number does not fit: the ids would be those of another stream.</exception>
    public static void Write(Span<byte> target, long unixMilliseconds, int stream, long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)stream, (uint)MaximumStream, nameof(stream));
        BinaryPrimitives.WriteUInt64BigEndian(target, ((ulong)unixMilliseconds << 16) | 0x7000 | ((uint)stream >> LowStreamBits));
        BinaryPrimitives.WriteUInt64BigEndian(
            target[8..], (2UL << 62) | ((ulong)(uint)(stream & ((1 << LowStreamBits) - 1)) << SequenceBits) | (ulong)(sequence & SequenceMask));
    }

    public static Guid Create(long unixMilliseconds, int stream, long sequence)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes, unixMilliseconds, stream, sequence);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The parts of an id that <see cref="Create"/> made; of another one they mean nothing.</summary>
    public static (long UnixMilliseconds, int Stream, long Sequence) Parts(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var (high, low) = (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return ((long)(high >> 16), (int)(((high & 0xFFF) << LowStreamBits) | ((low >> SequenceBits) & 0xFF)), (long)low & SequenceMask);
    }
}
