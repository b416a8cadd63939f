using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using FederatedQuery.Iceberg.Compression.Zstandard;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>How the blocks of an Avro file are compressed (Avro specification: Required and Optional Codecs).</summary>
public sealed class AvroCodec
{
    private const int SnappyChecksumBytes = 4;
    private const int MinBufferBytes = 4096;

    // Of manifests: counts and bounds that are alike in most files.
    private const long ExpectedRatio = 6;

    private readonly Kind _kind;

    private AvroCodec(string name, Kind kind)
    {
        Name = name;
        _kind = kind;
    }

    private enum Kind
    {
        Null,
        Deflate,
        Snappy,
        Zstandard,
    }

    public static AvroCodec Null { get; } = new("null", Kind.Null);

    public static AvroCodec Deflate { get; } = new("deflate", Kind.Deflate);

    public static AvroCodec Snappy { get; } = new("snappy", Kind.Snappy);

    /// <summary>Read only.</summary>
    public static AvroCodec Zstandard { get; } = new("zstandard", Kind.Zstandard);

    /// <summary>The value of <c>avro.codec</c>.</summary>
    public string Name { get; }

    /// <exception cref="IcebergException">Unsupported: bzip2, xz or an unknown codec.</exception>
    public static AvroCodec Find(string name) => name switch
    {
        "null" => Null,
        "deflate" => Deflate,
        "snappy" => Snappy,
        "zstandard" or "zstd" => Zstandard,
        _ => throw new IcebergException(
            IcebergErrorKind.Unsupported, $"The Avro codec '{name}' is not supported; null, deflate, snappy and zstandard are."),
    };

    /// <exception cref="IcebergException">InvalidFile: the block is broken, or larger than <paramref name="maxLength"/> once decompressed.</exception>
    public ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> block, int maxLength)
    {
        try
        {
            return _kind switch
            {
                Kind.Null => block,
                Kind.Deflate => Inflate(block, maxLength),
                Kind.Snappy => DecompressSnappy(block.Span, maxLength),
                _ => ZstandardDecoder.Decompress(block.Span, maxLength),
            };
        }
        catch (InvalidDataException exception)
        {
            throw new IcebergException(IcebergErrorKind.InvalidFile, $"A block with codec '{Name}' cannot be decompressed: {exception.Message}", exception);
        }
    }

    public byte[] Compress(ReadOnlySpan<byte> data)
    {
        switch (_kind)
        {
            case Kind.Null:
                return data.ToArray();
            case Kind.Deflate:
                using (var output = new MemoryStream())
                {
                    using (var deflate = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        deflate.Write(data);
                    }

                    return output.ToArray();
                }

            case Kind.Snappy:
                var compressed = IronSnappy.Snappy.Encode(data);
                var block = new byte[compressed.Length + SnappyChecksumBytes];
                compressed.CopyTo(block, 0);
                BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(compressed.Length), Crc32.Hash(data));
                return block;
            default:
                throw new NotSupportedException("Avro files are not written with the codec 'zstandard'; use 'deflate'.");
        }
    }

    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> block, int maxLength)
    {
        var segment = MemoryMarshal.TryGetArray(block, out var array) ? array : new ArraySegment<byte>(block.ToArray());
        using var input = new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false);
        using var inflate = new DeflateStream(input, CompressionMode.Decompress);
        var output = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Max(block.Length * ExpectedRatio, MinBufferBytes), maxLength));
        for (var length = 0; ;)
        {
            if (length == output.Length)
            {
                // Full; one byte more tells the end from the need for room.
                var next = inflate.ReadByte();
                if (next < 0)
                {
                    return output;
                }

                if (length == maxLength)
                {
                    throw TooLong(maxLength);
                }

                Array.Resize(ref output, (int)Math.Min(output.Length * 2L, maxLength));
                output[length++] = (byte)next;
            }

            var read = inflate.Read(output, length, output.Length - length);
            if (read == 0 && length < output.Length)
            {
                return output.AsMemory(0, length);
            }

            length += read;
        }
    }

    private static byte[] DecompressSnappy(ReadOnlySpan<byte> block, int maxLength)
    {
        if (block.Length < SnappyChecksumBytes + 1)
        {
            throw new InvalidDataException($"it has {block.Length} bytes, too few for data and checksum.");
        }

        var compressed = block[..^SnappyChecksumBytes];
        if (SnappyLength(compressed) > (ulong)maxLength)
        {
            throw TooLong(maxLength);
        }

        byte[] data;
        try
        {
            data = IronSnappy.Snappy.Decode(compressed);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // The library fails in several ways on broken input.
            throw new InvalidDataException(exception.Message, exception);
        }

        if (Crc32.Hash(data) != BinaryPrimitives.ReadUInt32BigEndian(block[^SnappyChecksumBytes..]))
        {
            throw new InvalidDataException("its CRC-32 is wrong.");
        }

        return data;
    }

    /// <summary>Snappy data begins with its decompressed length as a base-128 number.</summary>
    private static ulong SnappyLength(ReadOnlySpan<byte> compressed)
    {
        ulong length = 0;
        for (var i = 0; i < compressed.Length && i < 5; i++)
        {
            length |= (ulong)(compressed[i] & 0x7F) << (7 * i);
            if (compressed[i] < 0x80)
            {
                return length;
            }
        }

        throw new InvalidDataException("its length is not a number.");
    }

    private static InvalidDataException TooLong(int maxLength) => new($"it decompresses to more than the {maxLength} bytes allowed here.");
}
