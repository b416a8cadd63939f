using System.Buffers.Binary;

namespace FederatedQuery.Iceberg.Compression.Zstandard;

/// <summary>The literals section of a block (RFC 8878, 3.1.1.3.1). Keeps the Huffman table for blocks that use the one before.</summary>
internal sealed class LiteralsDecoder(int maxBlockBytes)
{
    private HuffmanTable? _huffman;
    private byte[] _literals = [];

    private enum LiteralsType
    {
        Raw = 0,
        Rle = 1,
        Compressed = 2,
        Treeless = 3,
    }

    /// <summary>Reads the section from the front of <paramref name="source"/>. The result is good until the next call.</summary>
    public ReadOnlySpan<byte> Read(ref ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            throw new InvalidDataException("A compressed Zstandard block is empty.");
        }

        var type = (LiteralsType)(source[0] & 3);
        return type is LiteralsType.Raw or LiteralsType.Rle ? ReadPlain(ref source, type) : ReadCompressed(ref source, type);
    }

    private ReadOnlySpan<byte> ReadPlain(ref ReadOnlySpan<byte> source, LiteralsType type)
    {
        var sizeFormat = (source[0] >> 2) & 3;
        var header = ReadHeader(ref source, sizeFormat switch { 1 => 2, 3 => 3, _ => 1 });
        var size = (int)(header >> (sizeFormat is 0 or 2 ? 3 : 4));
        var literals = Reserve(size);
        if (type == LiteralsType.Raw)
        {
            return ZstandardDecoder.Take(ref source, size, "literals section");
        }

        literals.Fill(ZstandardDecoder.Take(ref source, 1, "literals section")[0]);
        return literals;
    }

    private ReadOnlySpan<byte> ReadCompressed(ref ReadOnlySpan<byte> source, LiteralsType type)
    {
        var sizeFormat = (source[0] >> 2) & 3;
        var (headerBytes, sizeBits) = sizeFormat switch { 2 => (4, 14), 3 => (5, 18), _ => (3, 10) };
        var header = ReadHeader(ref source, headerBytes);
        var mask = (1UL << sizeBits) - 1;
        var literals = Reserve((int)((header >> 4) & mask));
        var data = ZstandardDecoder.Take(ref source, (long)((header >> (4 + sizeBits)) & mask), "literals section");
        if (type == LiteralsType.Compressed)
        {
            _huffman = HuffmanTable.Read(ref data);
        }
        else if (_huffman is null)
        {
            throw new InvalidDataException("A Zstandard block repeats a Huffman table, and no block before it had one.");
        }

        if (sizeFormat == 0)
        {
            _huffman.Decode(data, literals);
        }
        else
        {
            DecodeFourStreams(_huffman, data, literals);
        }

        return literals;
    }

    private static void DecodeFourStreams(HuffmanTable huffman, ReadOnlySpan<byte> data, Span<byte> literals)
    {
        var jumps = ZstandardDecoder.Take(ref data, 6, "jump table");
        var share = (literals.Length + 3) / 4;
        if (share * 3 > literals.Length)
        {
            throw new InvalidDataException($"A Zstandard block spreads {literals.Length} literals over four streams, which is too few.");
        }

        for (var i = 0; i < 3; i++)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(jumps[(i * 2)..]);
            huffman.Decode(ZstandardDecoder.Take(ref data, size, "Huffman stream"), literals.Slice(i * share, share));
        }

        huffman.Decode(data, literals[(3 * share)..]);
    }

    private static ulong ReadHeader(ref ReadOnlySpan<byte> source, int bytes)
    {
        ulong value = 0;
        var header = ZstandardDecoder.Take(ref source, bytes, "literals section header");
        for (var i = bytes - 1; i >= 0; i--)
        {
            value = (value << 8) | header[i];
        }

        return value;
    }

    private Span<byte> Reserve(int size)
    {
        if (size > maxBlockBytes)
        {
            throw new InvalidDataException($"A Zstandard block has {size} literals; this frame allows blocks of {maxBlockBytes} bytes.");
        }

        if (size > _literals.Length)
        {
            _literals = new byte[size];
        }

        return _literals.AsSpan(0, size);
    }
}
