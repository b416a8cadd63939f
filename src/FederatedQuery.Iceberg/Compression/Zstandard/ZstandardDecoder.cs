using System.Buffers.Binary;

namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>
/// Decompresses Zstandard (RFC 8878): frames, skippable frames, all block types, content checksums; no dictionaries. Broken input gives an
/// <see cref="InvalidDataException"/>, never more output than allowed and never a read outside the input. Memory grows with what is really
/// decoded, not with what a header claims.
/// </summary>
public static class ZstandardDecoder
{
    internal const string TooLongKey = "ZstandardMaxLength";

    private const uint FrameMagic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50;
    private const uint SkippableMask = 0xFFFFFFF0;
    private const int MaxBlockBytes = 128 * 1024;

    private enum BlockType
    {
        Raw = 0,
        Rle = 1,
        Compressed = 2,
    }

    /// <param name="source">One or more whole frames.</param>
    /// <param name="maxLength">The most bytes the output may have.</param>
    /// <exception cref="InvalidDataException">The input is broken, needs a dictionary or decodes to more than <paramref name="maxLength"/> bytes.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> source, int maxLength)
    {
        if (source.IsEmpty)
        {
            throw new InvalidDataException("The Zstandard data is empty.");
        }

        var output = new DecodedBytes(maxLength);
        while (!source.IsEmpty)
        {
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref source, 4, "magic number"));
            if ((magic & SkippableMask) == SkippableMagic)
            {
                var size = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref source, 4, "size of a skippable frame"));
                Take(ref source, size, "skippable frame");
            }
            else if (magic == FrameMagic)
            {
                DecodeFrame(ref source, output);
            }
            else
            {
                throw new InvalidDataException($"The Zstandard data has the magic number 0x{magic:X8}; a frame begins with 0x{FrameMagic:X8}.");
            }
        }

        return output.ToArray();
    }

    /// <summary>Whether <see cref="Decompress"/> failed because the output would have been too long, not because the input is broken.</summary>
    public static bool IsTooLong(InvalidDataException error) => error.Data.Contains(TooLongKey);

    private static void DecodeFrame(ref ReadOnlySpan<byte> source, DecodedBytes output)
    {
        var header = FrameHeader.Read(ref source);
        output.StartFrame(header.ContentSize);
        var start = output.Length;
        var maxBlock = (int)Math.Min(header.WindowSize, MaxBlockBytes);
        var blocks = new BlockDecoder(output, maxBlock);
        bool isLast;
        do
        {
            var blockHeader = Take(ref source, 3, "block header");
            var bits = blockHeader[0] | (blockHeader[1] << 8) | (blockHeader[2] << 16);
            isLast = (bits & 1) != 0;
            var size = bits >> 3;
            if (size > maxBlock)
            {
                throw new InvalidDataException($"A Zstandard block has {size} bytes; this frame allows {maxBlock}.");
            }

            switch ((BlockType)((bits >> 1) & 3))
            {
                case BlockType.Raw:
                    output.Append(Take(ref source, size, "raw block"));
                    break;
                case BlockType.Rle:
                    output.Fill(Take(ref source, 1, "RLE block")[0], size);
                    break;
                case BlockType.Compressed:
                    blocks.Decode(Take(ref source, size, "compressed block"));
                    break;
                default:
                    throw new InvalidDataException("A Zstandard block has the reserved type 3.");
            }
        }
        while (!isLast);

        var length = output.Length - start;
        if (header.ContentSize is { } expected && expected != (ulong)length)
        {
            throw new InvalidDataException($"A Zstandard frame says it holds {expected} bytes and decodes to {length}.");
        }

        if (header.HasChecksum)
        {
            var stored = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref source, 4, "content checksum"));
            if (stored != (uint)XxHash64.Hash(output.WrittenSince(start)))
            {
                throw new InvalidDataException("The content checksum of a Zstandard frame is wrong: the data is damaged.");
            }
        }
    }

    internal static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, long length, string what)
    {
        if (length > source.Length)
        {
            throw new InvalidDataException($"The Zstandard data ends within a {what}: {length} bytes wanted, {source.Length} left.");
        }

        var taken = source[..(int)length];
        source = source[(int)length..];
        return taken;
    }
}
