using System.Globalization;
using System.IO.Compression;
using FederatedQuery.Iceberg.Compression.Zstandard;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>Metadata files: where they lie, how they are named and compressed (spec: Table Metadata, Appendix F).</summary>
public static class TableMetadataFile
{
    private const int MaxBytes = 256 << 20;

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> ZstandardMagic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>Reads a metadata file, plain or compressed with gzip or Zstandard, which its first bytes tell.</summary>
    /// <exception cref="IcebergException">InvalidMetadata or Unsupported; the message names the location.</exception>
    /// <exception cref="ObjectStoreException">The file cannot be read.</exception>
    public static async Task<TableMetadata> ReadAsync(ObjectStoreRegistry stores, string location, CancellationToken cancellationToken) =>
        (await ReadWithLengthAsync(stores.Resolve(location), location, cancellationToken)).Metadata;

    /// <summary>Also says how many bytes of JSON the metadata came from.</summary>
    internal static async Task<(TableMetadata Metadata, int Length)> ReadWithLengthAsync(
        ObjectLocation found, string location, CancellationToken cancellationToken)
    {
        var content = await found.Store.GetAsync(found.Key, MaxBytes, cancellationToken);
        try
        {
            var json = Decompress(content);
            return (TableMetadata.Parse(json), json.Length);
        }
        catch (InvalidDataException exception)
        {
            throw IcebergException.InvalidMetadata($"The metadata file '{location}' cannot be decompressed: {exception.Message}", exception);
        }
        catch (IcebergException exception)
        {
            throw new IcebergException(exception.Kind, $"The metadata file '{location}' cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// The location for the next metadata file of a table: <c>metadata/NNNNN-uuid.metadata.json</c> below the table's location, the number one
    /// above that of <paramref name="previousLocation"/>.
    /// </summary>
    public static string NextLocation(TableMetadata table, string? previousLocation)
    {
        var version = previousLocation is null ? 0 : VersionOf(previousLocation) + 1;
        return $"{MetadataFolder(table)}/{version.ToString("D5", CultureInfo.InvariantCulture)}-{Guid.NewGuid():D}.metadata.json";
    }

    /// <summary>Where a table's metadata files, manifest lists and manifests are written: its property <c>write.metadata.path</c>, or <c>metadata</c> below its location.</summary>
    public static string MetadataFolder(TableMetadata table) =>
        table.Properties.TryGetValue("write.metadata.path", out var path) && path.Length > 0 ? path.TrimEnd('/') : $"{table.Location}/metadata";

    /// <summary>Writes a metadata file under a name that nobody else has.</summary>
    public static async Task WriteAsync(ObjectStoreRegistry stores, string location, TableMetadata table, CancellationToken cancellationToken)
    {
        var target = stores.Resolve(location);
        await target.Store.PutAsync(target.Key, table.ToJson(), WriteCondition.IfAbsent, cancellationToken);
    }

    private static int VersionOf(string location)
    {
        // 00012-<uuid>.metadata.json, or v12.metadata.json of Hadoop tables; anything else counts as version 0.
        var name = location[(location.LastIndexOf('/') + 1)..].TrimStart('v');
        var digits = name.TakeWhile(char.IsAsciiDigit).Count();
        return int.TryParse(name.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static ReadOnlyMemory<byte> Decompress(byte[] content)
    {
        if (content.AsSpan().StartsWith(ZstandardMagic))
        {
            return ZstandardDecoder.Decompress(content, MaxBytes);
        }

        if (!content.AsSpan().StartsWith(GzipMagic))
        {
            return content;
        }

        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var output = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = gzip.Read(buffer, 0, buffer.Length)) > 0)
        {
            output.Write(buffer, 0, read);
            if (output.Length > MaxBytes)
            {
                throw new InvalidDataException($"it has more than {MaxBytes} bytes.");
            }
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
