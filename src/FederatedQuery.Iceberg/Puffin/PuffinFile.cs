using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Compression.Zstandard;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Puffin;

/// <summary>A Puffin file (Puffin spec, version 1): blobs with a JSON footer that lists them. Immutable.</summary>
public sealed class PuffinFile
{
    private const int MagicBytes = 4;
    private const int TrailerBytes = 12; // size of the payload, flags, magic
    private const uint CompressedPayload = 1;
    private const int MaxBlobBytes = 1 << 30;

    private readonly ReadOnlyMemory<byte> _content;

    private PuffinFile(ReadOnlyMemory<byte> content, ImmutableArray<PuffinBlob> blobs, ImmutableDictionary<string, string> properties)
    {
        _content = content;
        Blobs = blobs;
        Properties = properties;
    }

    public ImmutableArray<PuffinBlob> Blobs { get; }

    /// <summary>Of the file, such as <c>created-by</c>.</summary>
    public ImmutableDictionary<string, string> Properties { get; }

    /// <param name="content">The whole file.</param>
    /// <exception cref="IcebergException">InvalidFile: not a Puffin file, or a broken one. Unsupported: its footer is compressed (LZ4).</exception>
    public static PuffinFile Open(ReadOnlyMemory<byte> content)
    {
        var bytes = content.Span;
        if (bytes.Length < (2 * MagicBytes) + TrailerBytes || !IsMagic(bytes) || !IsMagic(bytes[^MagicBytes..]))
        {
            throw Broken("does not begin and end with PFA1");
        }

        var trailer = bytes[^TrailerBytes..];
        var payloadSize = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        var footer = bytes.Length - TrailerBytes - (long)payloadSize - MagicBytes;
        if (payloadSize < 0 || footer < MagicBytes || !IsMagic(bytes[(int)footer..]))
        {
            throw Broken($"has no footer of {payloadSize} bytes, the size it names");
        }

        if ((BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) & CompressedPayload) != 0)
        {
            throw IcebergException.Unsupported("A Puffin file has a footer compressed with LZ4, which is not read.");
        }

        try
        {
            using var document = JsonDocument.Parse(content.Slice((int)footer + MagicBytes, payloadSize));
            var blobs = document.RootElement.RequiredArray("blobs", "a Puffin footer").Select(blob => ReadBlob(blob, footer));
            return new PuffinFile(content, [.. blobs], ReadProperties(document.RootElement));
        }
        catch (JsonException exception)
        {
            throw Broken($"has a footer that is not JSON: {exception.Message}", exception);
        }
        catch (IcebergException exception) when (exception.Kind == IcebergErrorKind.InvalidMetadata)
        {
            throw Broken($"has a broken footer: {exception.Message}", exception);
        }
    }

    /// <summary>The content of a blob, decompressed.</summary>
    /// <exception cref="IcebergException">InvalidFile: it does not decompress. Unsupported: its codec is not known here (LZ4).</exception>
    public ReadOnlyMemory<byte> Read(PuffinBlob blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var stored = _content.Slice((int)blob.Offset, (int)blob.Length);
        try
        {
            return blob.CompressionCodec switch
            {
                null => stored,
                "zstd" => ZstandardDecoder.Decompress(stored.Span, MaxBlobBytes),
                var codec => throw IcebergException.Unsupported($"A blob of type '{blob.Type}' is compressed with '{codec}'; zstd is read."),
            };
        }
        catch (InvalidDataException exception)
        {
            throw Broken($"has a blob of type '{blob.Type}' at {blob.Offset} that does not decompress: {exception.Message}", exception);
        }
    }

    private static PuffinBlob ReadBlob(JsonElement json, long end)
    {
        const string Where = "a blob of a Puffin footer";
        var blob = new PuffinBlob
        {
            Type = json.RequiredString("type", Where),
            Fields = [.. json.RequiredArray("fields", Where).Select(field => field.AsInt("fields", Where))],
            SnapshotId = json.RequiredLong("snapshot-id", Where),
            SequenceNumber = json.RequiredLong("sequence-number", Where),
            Offset = json.RequiredLong("offset", Where),
            Length = json.RequiredLong("length", Where),
            CompressionCodec = json.OptionalString("compression-codec", Where),
            Properties = ReadProperties(json),
        };
        return blob.Offset >= MagicBytes && blob.Length >= 0 && blob.Length <= end - blob.Offset
            ? blob
            : throw Broken($"lists a blob of {blob.Length} bytes at {blob.Offset}, which is not between its beginning and its footer at {end}");
    }

    private static ImmutableDictionary<string, string> ReadProperties(JsonElement json) => json.Optional("properties") switch
    {
        null => ImmutableDictionary<string, string>.Empty,
        { ValueKind: JsonValueKind.Object } properties => properties.EnumerateObject()
            .DistinctBy(property => property.Name)
            .ToImmutableDictionary(property => property.Name, property => property.Value.AsString(property.Name, "a Puffin footer")),
        { } other => throw JsonElementExtensions.Wrong(other, "properties", "a Puffin footer", "an object"),
    };

    private static bool IsMagic(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PFA1"u8);

    private static IcebergException Broken(string problem, Exception? innerException = null) =>
        new(IcebergErrorKind.InvalidFile, $"A Puffin file {problem}.", innerException);
}
