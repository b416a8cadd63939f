using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>Footers of Parquet objects, decoded, in memory. Concurrent readers of one footer share one fetch.</summary>
internal sealed class FooterCache(ObjectFetcher fetcher, DataFileCacheOptions options)
{
    /// <summary>
    /// The end of a file that is read first, as a part of the whole: twice what a footer takes of a file of many small row groups, and little beside the
    /// columns that are fetched. A longer footer takes a second request for the rest of it.
    /// </summary>
    private const int FirstShare = 256;
    private const int FirstBytesLeast = 8 * 1024;
    private const int FirstBytesMost = 64 * 1024;

    /// <summary>A footer beyond this is not decoded: its file is fetched whole.</summary>
    private const int MaxFooterBytes = 32 * 1024 * 1024;

    private const int TailBytes = 8;

    private readonly SizeBoundedCache<ObjectFooter> _footers = new(options.FooterBytes, footer => footer.MemoryBytes, TimeSpan.FromMinutes(2));

    /// <returns>The footer, and the bytes that were fetched for this caller.</returns>
    /// <exception cref="IcebergException">InvalidFile: it is no Parquet file, or a broken one.</exception>
    /// <exception cref="ObjectStoreException">It cannot be read.</exception>
    public async Task<(ObjectFooter Footer, long Fetched)> GetAsync(DataFileRequest file, CancellationToken cancellationToken)
    {
        long fetched = 0;
        var footer = await _footers.GetAsync(
            KeyOf(file),
            async token =>
            {
                var read = await ReadAsync(file, token);
                fetched = read.Fetched;
                return read;
            },
            cancellationToken);
        return (footer, fetched);
    }

    /// <summary>A footer that is at hand.</summary>
    public bool TryGet(DataFileRequest file, [NotNullWhen(true)] out ObjectFooter? footer) => _footers.TryGet(KeyOf(file), out footer);

    /// <summary>What the first request for a footer asks for.</summary>
    public static int FirstBytes(long length) => (int)Math.Min(length, Math.Clamp(length / FirstShare, FirstBytesLeast, FirstBytesMost));

    /// <summary>Forgets a footer, for when the object has turned out to be another.</summary>
    public void Remove(DataFileRequest file) => _footers.Remove(KeyOf(file));

    private static string KeyOf(DataFileRequest file) => string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.Location}");

    private async Task<ObjectFooter> ReadAsync(DataFileRequest file, CancellationToken cancellationToken)
    {
        var (source, length) = (file.Location, file.Length);
        var tail = new byte[FirstBytes(length)];
        var (etag, fetched) = await ReadAtAsync(source, length, length - tail.Length, tail, null, cancellationToken);
        var footerLength = LengthOf(source, length, tail);
        if (footerLength > MaxFooterBytes)
        {
            return new ObjectFooter(null, etag, fetched);
        }

        var bytes = new byte[footerLength];
        var known = Math.Min(footerLength, tail.Length - TailBytes);
        tail.AsSpan(tail.Length - TailBytes - known, known).CopyTo(bytes.AsSpan(footerLength - known));
        var dataEnd = length - TailBytes - footerLength;
        if (known < footerLength)
        {
            var (_, more) = await ReadAtAsync(source, length, dataEnd, bytes.AsMemory(0, footerLength - known), etag, cancellationToken);
            fetched += more;
        }

        try
        {
            return new ObjectFooter(ParquetFooterReader.Read(bytes, dataEnd), etag, fetched);
        }
        catch (ParquetFormatException broken)
        {
            throw Invalid(source, broken.Message, broken);
        }
    }

    private async Task<(string ETag, long Bytes)> ReadAtAsync(
        ObjectLocation source, long length, long offset, Memory<byte> target, string? etag, CancellationToken cancellationToken) =>
        await fetcher.FetchAsync(
            source,
            length,
            [new ObjectRange(offset, target.Length, [new CopiedBytes(offset, target.Length, 0)])],
            etag,
            (at, bytes, _) =>
            {
                bytes.CopyTo(target[(int)at..]);
                return ValueTask.CompletedTask;
            },
            cancellationToken);

    private static int LengthOf(ObjectLocation location, long length, byte[] tail)
    {
        if (tail.Length < TailBytes + sizeof(int) || !tail.AsSpan(tail.Length - sizeof(int)).SequenceEqual("PAR1"u8))
        {
            throw tail.AsSpan().EndsWith("PARE"u8)
                ? new IcebergException(IcebergErrorKind.Unsupported, $"Data file '{location}' is an encrypted Parquet file, which is not read here.")
                : Invalid(location, "it does not end with the magic PAR1", null);
        }

        var footerLength = BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(tail.Length - TailBytes));
        return footerLength > 0 && footerLength <= length - TailBytes - sizeof(int)
            ? footerLength
            : throw Invalid(location, $"its footer would have {(uint)footerLength} of its {length} bytes", null);
    }

    private static IcebergException Invalid(ObjectLocation location, string fault, Exception? inner) =>
        new(IcebergErrorKind.InvalidFile, $"Data file '{location}' is not a Parquet file that can be read: {fault}.", inner);
}

/// <param name="Footer">Null where it is too long to be worth decoding.</param>
/// <param name="ETag">Of the object it was read from.</param>
/// <param name="Fetched">The bytes it took to read.</param>
internal sealed record ObjectFooter(ParquetFooter? Footer, string ETag, long Fetched)
{
    public long MemoryBytes => 256 + (Footer?.MemoryBytes ?? 0);
}
