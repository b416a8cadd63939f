using System.Buffers.Binary;
using System.Collections.Concurrent;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Caching;

namespace FederatedQuery.Cold.Scanning.Schemas;

/// <summary>
/// The schemas of local Parquet files, from their footers, each file looked into once: what lies under a path does not change while it is leased,
/// and never does in the cold tier. Safe for concurrent use.
/// </summary>
internal sealed class FileSchemas(long maxBytes)
{
    private const int TailBytes = 64 * 1024;
    private const int FrameBytes = 8;
    private const int MaxFooterBytes = 512 << 20;
    private const int MaxSchemaElements = 100_000;
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(1);

    private readonly SizeBoundedCache<FileSchema> _byPath = new(maxBytes, schema => 400 + (schema.Key.Length / 20), LoadTimeout);

    // One object for all files of one schema: there are as many as a table had writers and changes of schema.
    private readonly ConcurrentDictionary<string, WeakReference<FileSchema>> _shared = new(StringComparer.Ordinal);

    /// <param name="path">A local file.</param>
    /// <param name="location">What the file is called in errors.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IcebergException">InvalidFile: not a Parquet file, or a broken one. Unsupported: its footer is encrypted.</exception>
    public Task<FileSchema> GetAsync(string path, string location, CancellationToken cancellationToken) =>
        _byPath.GetAsync(path, token => ReadAsync(path, location, token), cancellationToken);

    private async Task<FileSchema> ReadAsync(string path, string location, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous);
            var length = RandomAccess.GetLength(file);
            var tail = new byte[Math.Min(length, TailBytes)];
            await ReadFullyAsync(file, tail, length - tail.Length, cancellationToken);
            var footerLength = FooterLength(tail, length, location);
            var footer = tail.Length >= footerLength + FrameBytes ? tail.AsMemory(tail.Length - footerLength - FrameBytes, footerLength) : new byte[footerLength];
            if (tail.Length < footerLength + FrameBytes)
            {
                await ReadFullyAsync(file, footer, length - FrameBytes - footerLength, cancellationToken);
            }

            return Share(ReadSchema(footer.Span));
        }
        catch (ParquetFormatException exception)
        {
            throw new IcebergException(IcebergErrorKind.InvalidFile, $"Cannot read the Parquet file '{location}': {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new IcebergException(IcebergErrorKind.InvalidFile, $"Cannot read the Parquet file '{location}': {exception.Message}", exception);
        }
    }

    private static int FooterLength(ReadOnlySpan<byte> tail, long fileLength, string location)
    {
        if (tail.EndsWith("PARE"u8))
        {
            throw new IcebergException(IcebergErrorKind.Unsupported, $"The Parquet file '{location}' is encrypted; encrypted files are not read.");
        }

        if (tail.Length < FrameBytes || !tail.EndsWith("PAR1"u8))
        {
            throw new ParquetFormatException("The file does not end with PAR1.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(tail[^FrameBytes..]);
        return length > 0 && length <= Math.Min(MaxFooterBytes, fileLength - FrameBytes)
            ? length
            : throw new ParquetFormatException($"The file says that its footer has {length} bytes; the file has {fileLength}.");
    }

    private static async Task ReadFullyAsync(Microsoft.Win32.SafeHandles.SafeFileHandle file, Memory<byte> target, long offset, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            var read = await RandomAccess.ReadAsync(file, target, offset, cancellationToken);
            if (read == 0)
            {
                throw new ParquetFormatException("The file ends before its footer does.");
            }

            target = target[read..];
            offset += read;
        }
    }

    /// <summary>The schema comes before the row groups, which are not decoded.</summary>
    private static FileSchema ReadSchema(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftReader(footer, 0);
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            if (id != 2)
            {
                reader.Skip(type);
                continue;
            }

            reader.Expect(type, ThriftType.List);
            var count = reader.ReadList(ThriftType.Struct);
            if (count is 0 or > MaxSchemaElements)
            {
                throw new ParquetFormatException($"The footer has {count} schema elements; 1 to {MaxSchemaElements} are read.");
            }

            var elements = new ParquetSchemaElement[count];
            for (var i = 0; i < count; i++)
            {
                elements[i] = ParquetSchemaElementReader.Read(ref reader);
            }

            return FileSchemaBuilder.Build(footer, elements);
        }

        throw new ParquetFormatException("The footer has no schema.");
    }

    private FileSchema Share(FileSchema schema)
    {
        while (true)
        {
            var shared = _shared.GetOrAdd(schema.Key, static (_, own) => new WeakReference<FileSchema>(own), schema);
            if (shared.TryGetTarget(out var found))
            {
                return found;
            }

            // Nobody used that schema any more; forget the entry, and others like it while here.
            foreach (var (key, reference) in _shared)
            {
                if (!reference.TryGetTarget(out _))
                {
                    _shared.TryRemove(KeyValuePair.Create(key, reference));
                }
            }
        }
    }
}
