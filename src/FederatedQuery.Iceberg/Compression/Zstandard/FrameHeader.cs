using System.Buffers.Binary;

namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>RFC 8878, 3.1.1.1.</summary>
internal readonly record struct FrameHeader(ulong WindowSize, ulong? ContentSize, bool HasChecksum)
{
    private const int ReservedBit = 0x08;
    private const int ChecksumBit = 0x04;
    private const int SingleSegmentBit = 0x20;

    public static FrameHeader Read(ref ReadOnlySpan<byte> source)
    {
        int descriptor = ZstandardDecoder.Take(ref source, 1, "frame header")[0];
        if ((descriptor & ReservedBit) != 0)
        {
            throw new InvalidDataException("A Zstandard frame header has its reserved bit set.");
        }

        var isSingleSegment = (descriptor & SingleSegmentBit) != 0;
        var windowSize = isSingleSegment ? 0 : ReadWindowSize(ZstandardDecoder.Take(ref source, 1, "window descriptor")[0]);
        ReadOnlySpan<byte> dictionaryIdSizes = [0, 1, 2, 4];
        var dictionaryId = ZstandardDecoder.Take(ref source, dictionaryIdSizes[descriptor & 3], "dictionary id");
        if (dictionaryId.ContainsAnyExcept((byte)0))
        {
            throw new InvalidDataException("A Zstandard frame needs a dictionary, and there is none here.");
        }

        ulong? contentSize = (descriptor >> 6) switch
        {
            0 => isSingleSegment ? ZstandardDecoder.Take(ref source, 1, "content size")[0] : null,
            1 => BinaryPrimitives.ReadUInt16LittleEndian(ZstandardDecoder.Take(ref source, 2, "content size")) + 256UL,
            2 => BinaryPrimitives.ReadUInt32LittleEndian(ZstandardDecoder.Take(ref source, 4, "content size")),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(ZstandardDecoder.Take(ref source, 8, "content size")),
        };
        return new FrameHeader(isSingleSegment ? contentSize!.Value : windowSize, contentSize, (descriptor & ChecksumBit) != 0);
    }

    private static ulong ReadWindowSize(int descriptor)
    {
        var windowBase = 1UL << (10 + (descriptor >> 3));
        return windowBase + (windowBase / 8 * (ulong)(descriptor & 7));
    }
}
