using System.Buffers.Binary;
using System.Globalization;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Iceberg.Puffin;

/// <summary>The blob type <c>deletion-vector-v1</c> (Puffin spec): which rows of a data file are deleted.</summary>
public static class DeletionVector
{
    /// <summary>More is taken for a broken manifest before memory is spent on it; a bitmap of ten billion rows is smaller.</summary>
    public const int MaxBlobBytes = 1 << 30;

    private const uint Magic = 0x6439D3D1; // D1 D3 39 64, little-endian
    private const int FrameBytes = 12;

    /// <param name="blob">The bytes from <c>content_offset</c>, <c>content_size_in_bytes</c> long. Whether they lie in a Puffin file is of no matter.</param>
    /// <exception cref="IcebergException">InvalidFile: not a deletion vector, or a broken one.</exception>
    public static RoaringPositions Parse(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < FrameBytes)
        {
            throw Broken($"has {blob.Length} bytes; its frame alone has {FrameBytes}");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        if (length != blob.Length - 8)
        {
            throw Broken($"says that it is {length} bytes long, of {blob.Length} bytes it would be {blob.Length - 8}");
        }

        var content = blob[4..^4];
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(content);
        if (magic != Magic)
        {
            throw Broken($"begins with {Convert.ToHexString(content[..4])}; D1D33964 is expected");
        }

        var (written, computed) = (BinaryPrimitives.ReadUInt32BigEndian(blob[^4..]), Crc32.Hash(content));
        return written == computed
            ? RoaringPositions.Parse(content[4..])
            : throw Broken(string.Create(CultureInfo.InvariantCulture, $"has the checksum {written:x8}, its bytes have {computed:x8}"));
    }

    /// <summary>Reads the deletion vector that a manifest lists, and holds it against what the manifest says of it.</summary>
    /// <param name="file">A deletion vector; see <see cref="DataFile.IsDeletionVector"/>.</param>
    /// <param name="blob">Its bytes.</param>
    /// <exception cref="IcebergException">InvalidFile, naming the file and the offset.</exception>
    public static RoaringPositions Parse(DataFile file, ReadOnlySpan<byte> blob)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            var positions = Parse(blob);
            return positions.Count == file.RecordCount
                ? positions
                : throw Broken($"holds {positions.Count} positions; the manifest says {file.RecordCount}");
        }
        catch (IcebergException exception)
        {
            throw new IcebergException(
                exception.Kind, $"Cannot read the deletion vector in '{file.FilePath}' at {file.ContentOffset}: {exception.Message}", exception);
        }
    }

    private static IcebergException Broken(string problem) => new(IcebergErrorKind.InvalidFile, $"A deletion vector {problem}.");
}
